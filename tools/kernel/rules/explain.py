"""Why a creator meets a rule or not: every clause with the value, the bound and the distance between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.kernel.rules.facts import Facts, Value
from tools.kernel.rules.rule import Rule
from tools.kernel.rules.tree import Items, Operator
from tools.kernel.rules.walk import compared, evaluate
from tools.kernel.rules.ways import Clause, Way

Bound = Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ClauseVerdict:
    """One clause held against a creator.

    `gap` is how far a number is from where the clause holds, 1 where there is no distance (words, yes and no), 0 when
    passed. `value` or `bound` is None where its arithmetic has no result; then the clause failed.
    """

    clause: Clause
    value: Value | None
    bound: Bound | None
    passed: bool
    gap: int


@dataclass(frozen=True, slots=True)
class WayVerdict:
    """One way to meet the rule: open when every clause passed."""

    place: int  # among the ways of the rule, from 0
    clauses: tuple[ClauseVerdict, ...]

    @property
    def passed(self) -> bool:
        """Whether this way is open."""
        return all(clause.passed for clause in self.clauses)

    @property
    def failed(self) -> tuple[ClauseVerdict, ...]:
        """What is still missing on this way."""
        return tuple(clause for clause in self.clauses if not clause.passed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every way to meet a rule held against a creator."""

    ways: tuple[WayVerdict, ...]

    @property
    def passed(self) -> bool:
        """Whether at least one way is open, which is whether the rule holds."""
        return any(way.passed for way in self.ways)

    @property
    def nearest(self) -> WayVerdict:
        """The way with the fewest missing clauses, the earlier in the text when equal; an open one if there is one."""
        return min(self.ways, key=lambda way: len(way.failed))


def explain(rule: Rule, ways: Sequence[Way], facts: Facts) -> Verdict:
    """Return the verdict on every clause of the rule's ways (`ways_of(rule)`); missing facts count as their defaults."""
    values = rule.values(facts)
    judged: dict[int, ClauseVerdict] = {}
    return Verdict(
        tuple(
            WayVerdict(place, tuple(_verdict(clause, values, judged) for clause in way))
            for place, way in enumerate(ways)
        )
    )


def _verdict(clause: Clause, values: Mapping[str, Value], judged: dict[int, ClauseVerdict]) -> ClauseVerdict:
    # By identity: && over || repeats the same clause in several ways, and hashing its tree costs more than judging it.
    if (found := judged.get(id(clause))) is None:
        found = judged[id(clause)] = _judge(clause, values)
    return found


def _judge(clause: Clause, values: Mapping[str, Value]) -> ClauseVerdict:
    value = evaluate(clause.left, values)
    if isinstance(clause.right, Items):
        bound: Bound | None = clause.right.values
        passed = value is not None and (value in clause.right.values) is clause.wanted
    else:
        bound = evaluate(clause.right, values)
        passed = compared(clause.operator, value, bound) is True
    gap = 0 if passed else _gap(clause, value, bound)
    return ClauseVerdict(clause, value, bound, passed, gap)


def _gap(clause: Clause, value: Value | None, bound: Bound | None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return 1
    if isinstance(bound, tuple):
        return min(abs(value - item) for item in bound if isinstance(item, int)) if clause.wanted else 1
    if not isinstance(bound, int):
        return 1
    strict = clause.operator in (Operator.LESS, Operator.MORE, Operator.UNEQUAL)
    return abs(value - bound) + strict
