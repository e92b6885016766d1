"""Find the clauses that answer a question, as they stood on a day."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.border import Border
from knowledge.colloquial import common
from knowledge.embed import Embedding
from knowledge.evidence import KIN, Signs, elsewhere, evidence
from knowledge.fuse import fuse, standardise
from knowledge.lexicon import Lexicon, grams, matter
from knowledge.read import Clause
from knowledge.vectors import PolicyStore, StoredClauses, StoreError, worded_text

DAYS_KEPT = 8
# Where clauses carry the questions that they answer, words say more than on bare texts: docs/decisions/0002-retrieval.md.
DENSE_WEIGHT = 0.4
OWN_WEIGHT = 0.15


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause that was found, and how strong the evidence is that it answers.

    `score` is between 0 and 1 and compares between questions: the estimated probability that the clause answers, where
    half of all questions have an answer. Below about 0.4 there is most likely no rule on the matter. It never rises
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
        self._stored: StoredClauses | None = None
        self._days: OrderedDict[tuple[date, bool], _Day] = OrderedDict()

    def search(self, text: str, *, on: date, limit: int = 5) -> list[Passage]:
        """Give at most `limit` clauses in force on that day, the likeliest answer first.

        Nothing is found for a text without a word or a number in it. Raises StoreError, as the other methods do, where
        another process has meanwhile ingested with another embedding model.
        """
        assert limit >= 0
        return self._day(on).search(text, limit=limit)

    def search_not_in_force(self, text: str, *, on: date, limit: int = 5) -> list[Passage]:
        """Give at most `limit` clauses of policies that have no version in force on that day, likeliest first."""
        return self._day(on, held=False).search(text, limit=limit)

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

    def _day(self, on: date, *, held: bool = True) -> "_Day":
        """Give the index of the day (of what does not hold on it), built once as long as nothing new is ingested."""
        with self._lock:
            self._refresh()
            if (on, held) not in self._days:
                if self._stored is None:
                    self._stored = self._store.load()
                stored = self._stored.in_force(on) if held else self._stored.not_in_force(on)
                self._days[on, held] = _Day(stored, self._store.embedding)
            self._days.move_to_end((on, held))
            while len(self._days) > DAYS_KEPT:
                self._days.popitem(last=False)
            return self._days[on, held]

    def _refresh(self) -> None:
        """Forget what was indexed once something else is ingested; the caller holds the lock."""
        if (revision := self._store.revision()) != self._revision:
            self._store.reopen()
            self._days.clear()
            self._stored = None
            self._revision = revision
        if not revision:
            raise StoreError(self._store.why_empty())


class _Day:
    """The clauses of one day by number; their index is made with the first question."""

    def __init__(self, stored: StoredClauses, embedding: Embedding) -> None:
        self.stored = stored
        self.by_number = {(clause.policy, clause.clause): clause for clause in stored.clauses}
        self._embedding = embedding
        self._lock = Lock()
        self._index: _Index | None = None

    def search(self, text: str, *, limit: int) -> list[Passage]:
        plain = common(text)
        if not self.stored.clauses or not grams(plain):
            return []
        with self._lock:
            if self._index is None:
                self._index = _Index(self.stored)
        found = self._index.search(plain, self._embedding.encode([plain])[0], limit=limit)
        return [Passage(self.stored.clauses[row], score) for row, score in found]


class _Index:
    """Clauses in memory as vectors and words: scores are exact and the same in every process."""

    def __init__(self, stored: StoredClauses) -> None:
        self._texts = [common(worded_text(clause)) for clause in stored.clauses]
        self._lexicon = Lexicon(self._texts)
        # A clause's own vector, then those of its questions; what no rule answers is apart.
        ruled = stored.asked_of >= 0
        rows = np.concatenate([np.arange(len(stored.clauses)), stored.asked_of[ruled]])
        order = np.argsort(rows, kind="stable")
        self._vectors = np.concatenate([stored.vectors, stored.asked[ruled]])[order]
        self._starts = np.searchsorted(rows[order], np.arange(len(stored.clauses)))
        self._sizes = np.diff(np.append(self._starts, len(self._vectors)))
        self._own = stored.vectors
        self._astray = stored.asked[~ruled]
        self._border = Border([common(question) for question in stored.questions], stored.asked, ruled=ruled)

    def search(self, text: str, vector: NDArray[np.float32], *, limit: int) -> Iterator[tuple[int, float]]:
        """Yield at most `limit` rows with their evidence, the likeliest first."""
        cosines = self._vectors @ vector
        dense = np.maximum.reduceat(cosines, self._starts)
        # Every word counts as evidence that there is a rule, but only those of the matter for which one it is.
        lexical, every_word = self._lexicon.scores(matter(text)), self._lexicon.scores(text)
        signs = Signs(
            astray=float((self._astray @ vector).max(initial=0)),
            kin=float(np.partition(dense, -KIN)[-KIN] if len(dense) > KIN else dense.min()),
            side=self._border.side(text, vector),
            elsewhere=elsewhere(text),
        )
        score = 1.0
        fused = fuse(self._two_nearest(cosines, dense), lexical, weight=DENSE_WEIGHT)
        fused += np.float32(OWN_WEIGHT) * standardise(self._own @ vector)
        for row in _first(fused, limit):
            words = float(every_word[row]) / self._lexicon.unique_word
            score = min(score, evidence(float(dense[row]), words, text=self._texts[row], signs=signs))
            yield row, score

    def _two_nearest(self, cosines: NDArray[np.float32], nearest: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return for each clause the cosine of its nearest vector, a third of it of the second: one alike may be chance."""
        others = np.where(cosines == np.repeat(nearest, self._sizes), np.float32(-1), cosines)
        second = np.maximum.reduceat(others, self._starts)
        twice: NDArray[np.float32] = 2 * nearest + np.where(second > -1, second, nearest)
        return twice / np.float32(3)


def _first(scores: NDArray[np.floating[Any]], limit: int) -> list[int]:
    """Give the rows of the highest scores, highest first, equal ones in their order."""
    if limit < len(scores):
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit] if limit else np.inf
        rows = np.nonzero(scores >= least)[0]
    else:
        rows = np.arange(len(scores))
    order = np.argsort(-scores[rows], kind="stable")[:limit]
    return [int(row) for row in rows[order]]


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
