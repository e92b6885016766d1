"""Find the clauses that answer a question, as they stood on a day."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np

from knowledge.embed import Embedding
from knowledge.fuse import evidence, fuse
from knowledge.lexicon import Lexicon, grams
from knowledge.read import Clause
from knowledge.vectors import PolicyStore, StoredClauses, StoreError, indexed_text

DAYS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause that was found, and how strong the evidence is that it answers.

    `score` is between 0 and 1 and compares between questions: the estimated probability that the clause answers, where
    half of all questions have an answer. Below about 0.35 there is most likely no rule on the matter. It never rises
    down a list. It is calibrated for the shipped embedding; with another one it still orders, its level means less.
    """

    clause: Clause
    score: float


class Policies:
    """The ingested policies; safe to share between threads. Sees what other processes ingest meanwhile."""

    def __init__(self, store: PolicyStore) -> None:
        self._store = store
        self._lock = Lock()
        self._revision = store.revision()
        self._days: OrderedDict[date, _Day] = OrderedDict()

    def search(self, text: str, *, on: date, limit: int = 5) -> list[Passage]:
        """Give at most `limit` clauses in force on that day, the likeliest answer first.

        Nothing is found for a text without a word or a number in it. Raises StoreError, as the other methods do, where
        another process has meanwhile ingested with another embedding model.
        """
        assert limit >= 0
        return self._day(on).search(text, limit=limit)

    def clause(self, policy: str, clause: str, *, on: date) -> Clause | None:
        """Give the clause as it stood on that day, for a citation to be verified."""
        return self._day(on).by_number.get((policy, clause))

    def clauses(self, *, on: date) -> list[Clause]:
        """Give every clause in force on that day, by policy and number."""
        return list(self._day(on).stored.clauses)

    def versions(self, policy: str) -> list[tuple[int, date, date | None]]:
        """Give each version of the policy with the days it is in force, the oldest first."""
        with self._lock:
            self._refresh()
            documents = self._store.documents().values()
        return sorted(
            (document.version, document.in_force_from, document.in_force_until)
            for document in documents
            if document.policy == policy
        )

    def close(self) -> None:
        """Release Chroma's files or connections."""
        self._store.close()

    def _day(self, on: date) -> "_Day":
        """Give the index of the day, built once as long as nothing new is ingested."""
        with self._lock:
            self._refresh()
            if on not in self._days:
                self._days[on] = _Day(self._store.in_force(on), self._store.embedding)
            self._days.move_to_end(on)
            while len(self._days) > DAYS_KEPT:
                self._days.popitem(last=False)
            return self._days[on]

    def _refresh(self) -> None:
        """Forget what was indexed once something else is ingested; the caller holds the lock."""
        if (revision := self._store.revision()) != self._revision:
            self._store.reopen()
            self._days.clear()
            self._revision = revision
        if not revision:
            raise StoreError(self._store.why_empty())


class _Day:
    """The clauses in force on one day, indexed in memory: scores are exact and the same in every process."""

    def __init__(self, stored: StoredClauses, embedding: Embedding) -> None:
        self.stored = stored
        self.by_number = {(clause.policy, clause.clause): clause for clause in stored.clauses}
        self._embedding = embedding
        self._lexicon = Lexicon([indexed_text(clause) for clause in stored.clauses])

    def search(self, text: str, *, limit: int) -> list[Passage]:
        if not self.stored.clauses or not grams(text):
            return []
        dense = self.stored.vectors @ self._embedding.encode([text])[0]
        lexical = self._lexicon.scores(text)
        found: list[Passage] = []
        score = 1.0
        for row in map(int, np.argsort(-fuse(dense, lexical), kind="stable")[:limit]):
            score = min(score, evidence(float(dense[row]), float(lexical[row]) / self._lexicon.unique_word))
            found.append(Passage(self.stored.clauses[row], score))
        return found


def open_policies(*, chroma: Path | str, embedding: Embedding) -> Policies:
    """Open the policies that were ingested into that folder or server with that embedding.

    Raises StoreError where there are none.
    """
    if isinstance(chroma, Path) and not chroma.is_dir():
        raise StoreError(f"no policies were ingested in {chroma}: ingest them first")
    store = PolicyStore(chroma=chroma, embedding=embedding)
    if not store.revision():
        reason = store.why_empty()
        store.close()
        raise StoreError(reason)
    return Policies(store)
