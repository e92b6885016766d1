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

from knowledge.colloquial import common
from knowledge.embed import Embedding
from knowledge.read import NO_RULE, Audience, Clause, Policy, Source

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

Item = TypeVar("Item")

OPEN_END = 9999_12_31
LAYOUT = "2"
BATCH = 1000
PAGE = 5000
FORGOTTEN = -2


class StoreError(RuntimeError):
    """The policies cannot be searched: nothing was ingested, or with another model, or Chroma does not answer."""


@dataclass(frozen=True, slots=True)
class Document:
    """The record of one ingested version of a policy."""

    policy: str
    version: int
    in_force_from: date
    in_force_until: date | None
    records: int
    content: str

    @property
    def key(self) -> str:
        """Name the document among all."""
        return f"{self.policy}@{self.version}"


@dataclass(frozen=True, slots=True)
class StoredClauses:
    """Clauses by policy and number with their vectors, shape (n, dimensions), and how they are asked for.

    Row i of `asked` is the vector of the question `questions[i]`, which the clause in row `asked_of[i]` answers, and -1
    one that no rule answers.
    """

    clauses: tuple[Clause, ...]
    vectors: NDArray[np.float32]
    questions: tuple[str, ...]
    asked: NDArray[np.float32]
    asked_of: NDArray[np.int64]

    def in_force(self, on: date) -> "StoredClauses":
        """Keep the clauses of that day; what asks for a policy that has no version in force then, no rule answers."""
        holds = np.array([clause.holds_on(on) for clause in self.clauses], bool)
        policies = {clause.policy for clause, held in zip(self.clauses, holds, strict=True) if held}
        return self._only(holds, lost={clause.policy for clause in self.clauses} - policies)

    def not_in_force(self, on: date) -> "StoredClauses":
        """Keep the clauses of policies that have no version in force on that day."""
        held = {clause.policy for clause in self.clauses if clause.holds_on(on)}
        return self._only(np.array([clause.policy not in held for clause in self.clauses], bool), lost=set())

    def _only(self, kept: NDArray[np.bool_], *, lost: set[str]) -> "StoredClauses":
        # The last place stands for -1: what no rule answers stays so.
        places = np.append(np.where(kept, np.cumsum(kept) - 1, FORGOTTEN), -1)
        places[:-1][[clause.policy in lost for clause in self.clauses]] = -1
        asked_of = places[self.asked_of]
        held = asked_of > FORGOTTEN
        return StoredClauses(
            tuple(clause for clause, keep in zip(self.clauses, kept, strict=True) if keep),
            self.vectors[kept],
            tuple(question for question, keep in zip(self.questions, held, strict=True) if keep),
            self.asked[held],
            asked_of[held],
        )


def indexed_text(clause: Clause) -> str:
    """Join what a clause's vector stands for: a clause alone often does not say what it is about."""
    return f"{clause.title} {clause.heading} {clause.text}"


def worded_text(clause: Clause) -> str:
    """Join the words that a clause is found by: its own, and those in which creators ask for it."""
    return " ".join((indexed_text(clause), *clause.asked))


def document_of(policy: Policy) -> Document:
    """Describe the policy; equal contents give equal records."""
    content = json.dumps(asdict(policy), default=str, ensure_ascii=False, sort_keys=True)
    return Document(
        policy=policy.id,
        version=policy.version,
        in_force_from=policy.in_force_from,
        in_force_until=policy.in_force_until,
        records=sum(1 + len(clause.asked) for clause in policy.clauses),
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

    def load(self) -> StoredClauses:
        """Give every clause of every version."""
        recorded = {document.content for document in self.documents().values()}
        metadatas: list[Any] = []
        texts: list[str] = []
        parts = [np.zeros((0, self.embedding.dimensions), np.float32)]
        for found in self._pages(["documents", "metadatas", "embeddings"]):
            metadatas += found["metadatas"] or []
            texts += found["documents"] or []
            parts.append(np.asarray(found["embeddings"], np.float32))
        vectors = np.concatenate(parts)
        by_clause: dict[tuple[str, int, str], dict[int, int]] = {}
        for row, metadata in enumerate(metadatas):
            if metadata["content"] in recorded:
                key = (metadata["policy"], metadata["version"], metadata["clause"])
                by_clause.setdefault(key, {})[metadata["asked"]] = row
        clauses: list[tuple[Clause, list[int]]] = []
        for rows in by_clause.values():
            own, *asked = (rows[place] for place in sorted(rows))
            clause = _clause(metadatas[own], texts[own], asked=tuple(texts[row] for row in asked))
            clauses.append((clause, [own, *asked]))
        clauses.sort(key=lambda item: (item[0].policy, item[0].version, item[0].number))
        return _stored(clauses, vectors)

    def put(self, policies: Sequence[Policy]) -> None:
        """Store the documents' clauses, then let their records name them."""
        documents = [document_of(policy) for policy in policies]
        stored = [
            (f"{document.key}/{clause.clause}?{place}#{document.content}", clause, place, document.content)
            for policy, document in zip(policies, documents, strict=True)
            for clause in policy.clauses
            for place in range(1 + len(clause.asked))
        ]
        for part in _parts(stored):
            self._clauses.upsert(
                ids=[key for key, _, _, _ in part],
                embeddings=self.embedding.encode(
                    [
                        common(clause.asked[place - 1]) if place else indexed_text(clause)
                        for _, clause, place, _ in part
                    ]
                ),
                documents=[clause.asked[place - 1] if place else clause.text for _, clause, place, _ in part],
                metadatas=[
                    _metadata(clause) | {"asked": place, "content": content}
                    for _, clause, place, content in part
                ],
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
        if self.stored_records() != sum(document.records for document in documents.values()):
            recorded = {document.content for document in documents.values()}
            left = [
                key
                for found in self._pages(["metadatas"])
                for key, data in zip(found["ids"], found["metadatas"] or [], strict=True)
                if data["content"] not in recorded
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

    def stored_records(self) -> int:
        """Count the clauses and the questions for them, those that no document's record names included."""
        return self._clauses.count()

    def why_empty(self) -> str:
        """Word for a person why `revision` is empty."""
        if self._other_models():
            return (
                f"the policies in {self.place} were ingested with another embedding model: ingest them again"
            )
        return f"no policies were ingested in {self.place}: ingest them first"

    def _pages(self, include: list[str]) -> Iterator[Any]:
        """Yield every record of the clauses; Chroma names each record of an answer in one statement, which has an end."""
        clauses: Any = self._clauses  # Any: its `include` is a list of literals
        for offset in range(0, clauses.count(), PAGE):
            yield clauses.get(include=include, limit=PAGE, offset=offset)

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


def _stored(clauses: Sequence[tuple[Clause, list[int]]], vectors: NDArray[np.float32]) -> StoredClauses:
    """Part the rules from what no rule answers; each clause comes with its row of the vectors and those of its questions."""
    ruled = [item for item in clauses if item[0].policy != NO_RULE]
    asked = [
        (question, row, place)
        for place, (clause, rows) in enumerate(ruled)
        for question, row in zip(clause.asked, rows[1:], strict=True)
    ]
    asked += [
        (question, row, -1)
        for clause, rows in clauses
        if clause.policy == NO_RULE
        for question, row in zip(clause.asked, rows[1:], strict=True)
    ]
    return StoredClauses(
        tuple(clause for clause, _ in ruled),
        vectors[[rows[0] for _, rows in ruled]],
        tuple(question for question, _, _ in asked),
        vectors[[row for _, row, _ in asked]],
        np.array([place for _, _, place in asked], np.int64),
    )


def _clause(metadata: Any, text: str, *, asked: tuple[str, ...]) -> Clause:  # noqa: ANN401 -- Chroma's values are what _metadata wrote
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
        asked=asked,
    )


def _record(document: Document) -> dict[str, str | int]:
    return _validity(document) | {"records": document.records, "content": document.content}


def _document(record: Any) -> Document:  # noqa: ANN401 -- Chroma's values are what _record wrote
    return Document(
        policy=record["policy"],
        version=record["version"],
        in_force_from=_day(record["in_force_from"]) or date.min,
        in_force_until=_day(record["in_force_until"]),
        records=record["records"],
        content=record["content"],
    )
