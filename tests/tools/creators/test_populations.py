from collections.abc import Iterator
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.creators.fact_words import FACTS, values_of
from tools.creators.populations import Reach, fact_table, reach
from tools.creators.service import Account, CreatorFacts, Tier
from tools.kernel.rules.facts import FactType
from tools.kernel.rules.rule import read_rule
from tools.kernel.rules.walk import holds
from tools.payout.program_files import packaged_programs

RULES = [term.eligibility.rule for program in packaged_programs() for term in program.terms]
NEAR = st.sampled_from(
    [
        0,
        1,
        3,
        4,
        5,
        6,
        7,
        8,
        89,
        90,
        91,
        449,
        450,
        499,
        500,
        999,
        1_000,
        1_001,
        2_000,
        3_000,
        9_999,
        10_000,
        71_999,
        72_000,
        100_000,
    ]
)


def found() -> st.SearchStrategy[list[CreatorFacts]]:
    """Return creators whose figures lie at the bounds of the programmes."""
    one = st.builds(
        CreatorFacts,
        **{name: st.booleans() if fact.type is FactType.BOOL else NEAR for name, fact in FACTS.items()},
    )
    return st.lists(one, max_size=25)


def accounts(facts: list[CreatorFacts]) -> Iterator[tuple[Account, CreatorFacts]]:
    for number, each in enumerate(facts, start=1):
        account = Account(
            number, f"c{number}", "n", "美食", "沈阳", date(2021, 3, 1), each.followers, Tier.UNDER_10K,
            each.real_name_verified, None, None, None,
        )  # fmt: skip
        yield account, each


class TestReach:
    @settings(max_examples=60, deadline=None)
    @given(found())
    def test_counts_and_names_those_whom_the_walker_lets_in(self, facts: list[CreatorFacts]) -> None:
        expected = [
            [f"c{n}" for n, each in enumerate(facts, 1) if holds(rule, values_of(each))] for rule in RULES
        ]

        reached = reach(fact_table(accounts(facts)), RULES, samples=3)

        assert reached == [Reach(len(handles), tuple(handles[:3])) for handles in expected]

    def test_names_those_who_come_late(self) -> None:
        few = CreatorFacts(0, 0, 0, 0, 0, 0, False, 0, 0, False, 0, 0)  # noqa: FBT003 - in their order
        many = CreatorFacts(5, 0, 0, 0, 0, 0, False, 0, 0, False, 0, 0)  # noqa: FBT003
        table = fact_table(accounts([few] * 25_000 + [many] * 2))

        assert reach(table, [read_rule("followers >= 5", FACTS)], samples=3) == [
            Reach(2, ("c25001", "c25002"))
        ]

    def test_answers_nothing_for_no_rule(self) -> None:
        assert reach(fact_table(accounts([])), [], samples=3) == []
