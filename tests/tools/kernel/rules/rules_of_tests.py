"""Declared facts, random rules over them, and random creators: what all tests of rules draw from."""

from hypothesis import strategies as st

from tools.kernel.rules.facts import LARGEST_INT, SMALLEST_INT, Fact, Facts, FactType, Value, declare
from tools.kernel.rules.rule import Rule, read_rule
from tools.kernel.rules.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Comparison,
    Items,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Operator,
    Sign,
    written,
)
from tools.kernel.rules.units import Unit

FACTS = declare(
    Fact("followers", 0, "粉丝", Unit.PEOPLE, gap_words="粉丝还差 {gap}"),
    Fact("growth_bp", 0, "近30天涨粉", Unit.BASIS_POINTS),
    Fact("works", 3, "原创作品", Unit.WORKS),
    Fact("live_seconds", 0, "有效开播", Unit.SECONDS),
    Fact("violations", 0, "违规", Unit.TIMES),
    Fact("verified", False, "实名认证", Unit.FLAG),  # noqa: FBT003 - its default
    Fact("open_to_all", True, "开放", Unit.FLAG),  # noqa: FBT003
    Fact("category", "美食", "领域", Unit.TEXT),
)

INTS = st.integers(-6, 6) | st.sampled_from(
    [SMALLEST_INT, SMALLEST_INT + 1, -(2**32), -3037000500, 2**31, 3037000500, LARGEST_INT - 1, LARGEST_INT]
)
STRINGS = st.sampled_from(
    ["", "美食", "三农", "it's", '"', "\\", "\\n", "a\nb\t", "%_", "--", "Z", "é", "😀"]
)
ORDER = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
SAME = (Operator.EQUAL, Operator.UNEQUAL)


def named(kind: FactType) -> st.SearchStrategy[Node]:
    return st.sampled_from([Name(fact.name) for fact in FACTS.values() if fact.type is kind])


def numbers(depth: int = 2) -> st.SearchStrategy[Node]:
    simple = named(FactType.INT) | INTS.map(Literal)
    if not depth:
        return simple
    inner = numbers(depth - 1)
    return st.one_of(
        simple, simple, st.builds(Arithmetic, st.sampled_from(Sign), inner, inner), st.builds(Negative, inner)
    )


def strings() -> st.SearchStrategy[Node]:
    return named(FactType.STRING) | STRINGS.map(Literal)


def some_of(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Items]:
    return st.lists(values, min_size=1, max_size=4).map(lambda found: Items(tuple(found)))


def clauses() -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Comparison, st.sampled_from(ORDER + SAME), numbers(), numbers()),
        st.builds(Comparison, st.sampled_from(ORDER + SAME), strings(), strings()),
        st.builds(Comparison, st.just(Operator.IN), numbers(1), some_of(INTS)),
        st.builds(Comparison, st.just(Operator.IN), strings(), some_of(STRINGS)),
        named(FactType.BOOL),
        st.booleans().map(Literal),
    )


def conditions(depth: int = 3) -> st.SearchStrategy[Node]:
    if not depth:
        return clauses()
    inner = conditions(depth - 1)
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        clauses(),
        parts.map(AllOf),
        parts.map(AnyOf),
        inner.map(Not),
        st.builds(Comparison, st.sampled_from(SAME), inner, inner),
    )


def rules() -> st.SearchStrategy[Rule]:
    return conditions().map(lambda tree: read_rule(written(tree), FACTS))


def values(fact: Fact) -> st.SearchStrategy[Value]:
    match fact.type:
        case FactType.INT:
            return INTS
        case FactType.BOOL:
            return st.booleans()
        case FactType.STRING:
            return STRINGS


def creators() -> st.SearchStrategy[Facts]:
    """Return facts of creators, each of them missing now and then."""
    return st.fixed_dictionaries({}, optional={name: values(fact) for name, fact in FACTS.items()})
