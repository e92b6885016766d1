"""Clauses and their vectors in Chroma: a folder of this machine, or a server by URL.

A document changes in one write. Its clauses are stored under the document's content hash first, and readers believe
only the hash that the document's own record names; so replacing that record switches all its clauses at once, and a
process killed before or after it leaves the old or the new document, whole. The next ingestion sweeps what is left over.
Each embedding model has collections of its own, so vectors of two models never meet.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import Embedding
from knowledge.read import Audience, Clause, Policy, Source

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

Item = TypeVar("Item")

OPEN_END = 9999_12_31
LAYOUT = "1"
BATCH = 1000


class StoreError(RuntimeError):
    """The policies cannot be searched: nothing was ingested, or with another model, or Chroma does not answer."""


@dataclass(frozen=True, slots=True)
class Document:
    """The record of one ingested version of a policy."""

    policy: str
    version: int
    in_force_from: date
    in_force_until: date | None
    clauses: int
    content: str

    @property
    def key(self) -> str:
        """Name the document among all."""
        return f"{self.policy}@{self.version}"


@dataclass(frozen=True, slots=True)
class StoredClauses:
    """Clauses by policy and number, with their vectors, shape (n, dimensions)."""

    clauses: tuple[Clause, ...]
    vectors: NDArray[np.float32]


def indexed_text(clause: Clause) -> str:
    """Join what a clause is found by: a clause alone often does not say what it is about."""
    return f"{clause.title} {clause.heading} {clause.text}"


def document_of(policy: Policy) -> Document:
    """Describe the policy; equal contents give equal records."""
    content = json.dumps(asdict(policy), default=str, ensure_ascii=False, sort_keys=True)
    return Document(
        policy=policy.id,
        version=policy.version,
        in_force_from=policy.in_force_from,
        in_force_until=policy.in_force_until,
        clauses=len(policy.clauses),
        content=hashlib.blake2b(content.encode(), digest_size=16).hexdigest(),
    )


class PolicyStore:
    """The policies in one Chroma, as one embedding model sees them; not for several threads at once."""

    def __init__(self, *, chroma: Path | str, embedding: Embedding) -> None:
        """Connect, without changing anything; raises StoreError where there is no Chroma."""
        self.embedding = embedding
        self.place = str(chroma)
        model = hashlib.blake2b(f"{LAYOUT} {embedding.name}".encode(), digest_size=6).hexdigest()
        self._clauses_name, self._documents_name = f"clauses-{model}", f"documents-{model}"
        self._client = _connect(self.place)

    def close(self) -> None:
        """Release Chroma's files or connections."""
        _close(self._client)

    def reopen(self) -> None:
        """See what another process wrote: Chroma keeps the vectors that it once read."""
        self.close()
        self._client = _connect(self.place)

    def prepare(self) -> None:
        """Create this model's collections where they are missing."""
        for name in (self._clauses_name, self._documents_name):
            self._client.get_or_create_collection(name, embedding_function=None, metadata={"revision": ""})

    def revision(self) -> str:
        """Give the digest of everything that finished being ingested; empty where nothing has."""
        from chromadb.errors import NotFoundError  # noqa: PLC0415 -- chromadb is imported late, by _connect

        try:
            return str((self._documents.metadata or {}).get("revision", ""))
        except NotFoundError:
            return ""

    def documents(self) -> dict[str, Document]:
        """Give the record of every document by its key."""
        found = self._documents.get(include=["metadatas"])
        return {document.key: document for document in map(_document, found["metadatas"] or [])}

    def in_force(self, on: date) -> StoredClauses:
        """Give the clauses in force on that day."""
        recorded = {document.content for document in self.documents().values()}
        day = _number(on)
        found = self._clauses.get(
            where={"$and": [{"in_force_from": {"$lte": day}}, {"in_force_until": {"$gt": day}}]},
            include=["documents", "metadatas", "embeddings"],
        )
        metadatas: Sequence[Any] = found["metadatas"] or []
        vectors = np.asarray(found["embeddings"], np.float32).reshape(-1, self.embedding.dimensions)
        clauses = [
            _clause(metadata, text)
            for metadata, text in zip(metadatas, found["documents"] or [], strict=True)
        ]
        kept = [row for row, metadata in enumerate(metadatas) if metadata["content"] in recorded]
        kept.sort(key=lambda row: (clauses[row].policy, clauses[row].version, clauses[row].number))
        return StoredClauses(tuple(clauses[row] for row in kept), vectors[kept])

    def put(self, policies: Sequence[Policy]) -> None:
        """Store the documents' clauses, then let their records name them."""
        documents = [document_of(policy) for policy in policies]
        stored = [
            (f"{document.key}/{clause.clause}#{document.content}", clause, document.content)
            for policy, document in zip(policies, documents, strict=True)
            for clause in policy.clauses
        ]
        for part in _parts(stored):
            self._clauses.upsert(
                ids=[key for key, _, _ in part],
                embeddings=self.embedding.encode([indexed_text(clause) for _, clause, _ in part]),
                documents=[clause.text for _, clause, _ in part],
                metadatas=[_metadata(clause) | {"content": content} for _, clause, content in part],
            )
        for part in _parts(documents):
            # Chroma wants a vector for every record; these are never searched by theirs.
            self._documents.upsert(
                ids=[document.key for document in part],
                embeddings=np.ones((len(part), 1), np.float32),
                metadatas=[_record(document) for document in part],
            )

    def drop(self, keys: Sequence[str]) -> None:
        """Forget documents; their clauses are swept afterwards."""
        for part in _parts(keys):
            self._documents.delete(ids=[*part])

    def sweep(self) -> None:
        """Delete clauses that no record names, and other models' collections; then announce the revision."""
        documents = self.documents()
        if self.stored_clauses() != sum(document.clauses for document in documents.values()):
            recorded = {document.content for document in documents.values()}
            found = self._clauses.get(include=["metadatas"])
            stored: Sequence[Any] = found["metadatas"] or []
            left = [
                key for key, data in zip(found["ids"], stored, strict=True) if data["content"] not in recorded
            ]
            for part in _parts(left):
                self._clauses.delete(ids=[*part])
        digest = hashlib.blake2b(digest_size=16)
        for key, document in sorted(documents.items()):
            digest.update(f"{key} {document.content}\n".encode())
        if self.revision() != digest.hexdigest():
            self._documents.modify(metadata={"revision": digest.hexdigest()})
        for name in self._other_models():
            self._client.delete_collection(name)

    def stored_clauses(self) -> int:
        """Count the clauses, those that no record names included."""
        return self._clauses.count()

    def why_empty(self) -> str:
        """Word for a person why `revision` is empty."""
        if self._other_models():
            return (
                f"the policies in {self.place} were ingested with another embedding model: ingest them again"
            )
        return f"no policies were ingested in {self.place}: ingest them first"

    @property
    def _clauses(self) -> "Collection":
        return self._client.get_collection(self._clauses_name, embedding_function=None)

    @property
    def _documents(self) -> "Collection":
        return self._client.get_collection(self._documents_name, embedding_function=None)

    def _other_models(self) -> list[str]:
        names = {collection.name for collection in self._client.list_collections()}
        ours = {name for name in names if name.startswith(("clauses-", "documents-"))}
        return sorted(ours - {self._clauses_name, self._documents_name})


def _connect(place: str) -> "Client":
    # Importing chromadb takes 0.4 s, which only those who search or ingest shall pay.
    # Its functions are declared to return an interface that lacks close().
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415
    from chromadb.errors import ChromaError  # noqa: PLC0415

    settings = Settings(anonymized_telemetry=False)
    try:
        if not place.startswith(("http://", "https://")):
            Path(place).mkdir(parents=True, exist_ok=True)
            return cast("Client", chromadb.PersistentClient(place, settings=settings))
        url = urlsplit(place)
        ssl = url.scheme == "https"
        host, port = url.hostname or "localhost", url.port or (443 if ssl else 8000)
        return cast("Client", chromadb.HttpClient(host, port=port, ssl=ssl, settings=settings))
    except (ChromaError, OSError, ValueError) as error:
        raise StoreError(f"{place}: Chroma cannot be opened: {error}") from error


def _close(client: "Client") -> None:
    # Chroma 1.5 forgets the HTTP sessions of its client and of the one that it makes for itself inside.
    clients: list[Any] = [client, getattr(client, "_admin_client", None)]
    servers = [getattr(each, "_server", None) for each in clients]
    client.close()
    for server in servers:
        if (session := getattr(server, "_session", None)) is not None:
            session.close()


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _number(day: date) -> int:
    """Write the day as an integer that orders like days; Chroma's filters compare numbers only."""
    return day.year * 10_000 + day.month * 100 + day.day


def _day(number: int) -> date | None:
    return None if number == OPEN_END else date(number // 10_000, number // 100 % 100, number % 100)


def _validity(item: Clause | Document) -> dict[str, str | int]:
    until = OPEN_END if item.in_force_until is None else _number(item.in_force_until)
    return {
        "policy": item.policy,
        "version": item.version,
        "in_force_from": _number(item.in_force_from),
        "in_force_until": until,
    }


def _metadata(clause: Clause) -> dict[str, str | int]:
    return _validity(clause) | {
        "clause": clause.clause,
        "title": clause.title,
        "heading": clause.heading,
        "audience": str(clause.audience),
        "source": str(clause.source),
    }


def _clause(metadata: Any, text: str) -> Clause:  # noqa: ANN401 -- Chroma's values are what _metadata wrote
    return Clause(
        policy=metadata["policy"],
        version=metadata["version"],
        clause=metadata["clause"],
        title=metadata["title"],
        heading=metadata["heading"],
        text=text,
        in_force_from=_day(metadata["in_force_from"]) or date.min,
        in_force_until=_day(metadata["in_force_until"]),
        audience=Audience(metadata["audience"]),
        source=Source(metadata["source"]),
    )


def _record(document: Document) -> dict[str, str | int]:
    return _validity(document) | {"clauses": document.clauses, "content": document.content}


def _document(record: Any) -> Document:  # noqa: ANN401 -- Chroma's values are what _record wrote
    return Document(
        policy=record["policy"],
        version=record["version"],
        in_force_from=_day(record["in_force_from"]) or date.min,
        in_force_until=_day(record["in_force_until"]),
        clauses=record["clauses"],
        content=record["content"],
    )
