"""Bring a store to what a folder of policy documents says: the same folder twice changes nothing."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.read import read_policies, read_unruled
from knowledge.vectors import PolicyStore, document_of


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingestion did, in documents."""

    added: int
    updated: int
    removed: int
    unchanged: int


def ingest(folder: Path, *, store: PolicyStore) -> Ingested:
    """Store what is new or changed in the folder, and remove what is gone from it.

    Everything is read and checked first: PolicyError for one broken document leaves the store as it was. A process that
    is killed midway leaves every document whole, old or new, and the next ingestion finishes the work.
    """
    unruled = read_unruled(folder)
    policies = (*read_policies(folder), *([unruled] if unruled else []))
    store.prepare()
    stored = store.documents()
    documents = {document.key: document for document in map(document_of, policies)}
    changed = [policy for policy in policies if (document := document_of(policy)) != stored.get(document.key)]
    gone = sorted(stored.keys() - documents.keys())
    store.put(changed)
    store.drop(gone)
    store.sweep()
    updated = sum(document_of(policy).key in stored for policy in changed)
    return Ingested(
        added=len(changed) - updated,
        updated=updated,
        removed=len(gone),
        unchanged=len(policies) - len(changed),
    )
