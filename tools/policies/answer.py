"""Decide which clauses answer a question, and word the answer from them alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.read import Clause
from knowledge.search import Passage

# Below this evidence the library has no rule on it: 0 % false refusals, 90 % of nonsense recognised (docs/decisions/0002-retrieval.md).
NOTHING_BELOW = 0.35
# A second clause is shown when it is nearly as close as the first.
_NEARLY = 0.85
_MOST_CLAUSES = 3


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """The clauses that answer, in the order of their marks, and the words."""

    clauses: tuple[Clause, ...]
    text: str


def answer(passages: Sequence[Passage]) -> PolicyAnswer | None:
    """Return the answer that the found passages give, None when they are not about the question."""
    if not passages or passages[0].score < NOTHING_BELOW:
        return None
    best = passages[0].score
    kept = [passage.clause for passage in passages if passage.score >= best * _NEARLY][:_MOST_CLAUSES]
    marked = (f"{clause.text}[{mark}]" for mark, clause in enumerate(kept, start=1))
    return PolicyAnswer(tuple(kept), "\n".join(marked))
