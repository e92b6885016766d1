"""Decide which clauses answer a question, and word the answer from them alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.read import Clause
from knowledge.search import Passage

# Below this evidence the library has no rule on it: 0 % false refusals, 90 % of nonsense recognised (docs/decisions/0002-retrieval.md).
NOTHING_BELOW = 0.35
# A further clause is shown when it is of the same subject and not much weaker than the best.
_NEARLY = 0.5
_MOST_CLAUSES = 3


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """The clauses that answer, in the order of their marks, and the words."""

    clauses: tuple[Clause, ...]
    text: str


def answer(passages: Sequence[Passage], *, topic: str | None = None) -> PolicyAnswer | None:
    """Return the answer that the found passages give, None when they are not about the question.

    A policy whose title names the topic comes before one that only mentions it.
    """
    near_enough = [passage for passage in passages if passage.score >= NOTHING_BELOW]
    if not near_enough:
        return None
    best = next(
        (passage for passage in near_enough if topic and topic in passage.clause.title), near_enough[0]
    )
    near = [
        passage.clause
        for passage in near_enough
        if passage.score >= best.score * _NEARLY and _subject(passage.clause) == _subject(best.clause)
    ]
    clauses = tuple(near[:_MOST_CLAUSES])
    marked = (f"{clause.text}[{mark}]" for mark, clause in enumerate(clauses, start=1))
    return PolicyAnswer(clauses, "\n".join(marked))


def _subject(clause: Clause) -> str:
    """Return what the policy is about: a programme's policy and its detailed rules are one subject."""
    return clause.policy.removesuffix("-rules")
