import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.payout.programs_of_tests import a_term, at_least, at_most
from tools.payout.eligibility import bound_words, evaluate, qualifies
from tools.payout.facts import Fact, Unit, hundredths
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Requirement, Term

# 光合计划 since 2022-07-29, as the issue states it.
GUANGHE = a_term(
    (
        at_least(Fact.FOLLOWERS, 10_000),
        at_most(Fact.SERIOUS_VIOLATIONS, 0),
        at_least(Fact.ORIGINAL_WORKS, 4),
    ),
    (
        at_least(Fact.FOLLOWERS, 1_000),
        at_least(Fact.FOLLOWER_GROWTH, 2_000),
        at_most(Fact.SERIOUS_VIOLATIONS, 0),
        at_least(Fact.ORIGINAL_WORKS, 4),
    ),
)


def bounds() -> st.SearchStrategy[Requirement]:
    facts = st.sampled_from([fact for fact in Fact if fact.unit is not Unit.FLAG])
    return st.one_of(
        st.builds(at_least, facts, st.integers(1, 10**9)),
        st.builds(at_most, facts, st.integers(0, 10**9)),
        st.builds(at_least, st.sampled_from([Fact.REAL_NAME_VERIFIED, Fact.SHOP_OPENED]), st.just(1)),
    )


def terms() -> st.SearchStrategy[Term]:
    ways = st.lists(bounds(), max_size=4).map(tuple)
    return st.lists(ways, min_size=1, max_size=3).map(lambda found: a_term(*found))


def values() -> st.SearchStrategy[dict[Fact, int]]:
    return st.fixed_dictionaries(
        {fact: st.integers(0, 1) if fact.unit is Unit.FLAG else st.integers(-(10**9), 10**9) for fact in Fact}
    )


class TestEvaluate:
    @pytest.mark.parametrize(
        ("facts", "eligible"),
        [
            ({Fact.FOLLOWERS: 10_000, Fact.ORIGINAL_WORKS: 4}, True),
            ({Fact.FOLLOWERS: 9_999, Fact.ORIGINAL_WORKS: 4}, False),
            ({Fact.FOLLOWERS: 9_999, Fact.FOLLOWER_GROWTH: 2_000, Fact.ORIGINAL_WORKS: 4}, True),
            ({Fact.FOLLOWERS: 9_999, Fact.FOLLOWER_GROWTH: 1_999, Fact.ORIGINAL_WORKS: 4}, False),
            ({Fact.FOLLOWERS: 999, Fact.FOLLOWER_GROWTH: 9_000, Fact.ORIGINAL_WORKS: 4}, False),
            ({Fact.FOLLOWERS: 10_000, Fact.ORIGINAL_WORKS: 3}, False),
            ({Fact.FOLLOWERS: 10_000, Fact.ORIGINAL_WORKS: 4, Fact.SERIOUS_VIOLATIONS: 1}, False),
        ],
    )
    def test_counts_the_bound_itself_as_inside(self, facts: dict[Fact, int], eligible: bool) -> None:  # noqa: FBT001 - a parameter of the table
        assert evaluate(GUANGHE, facts).eligible is eligible

    def test_opens_a_programme_without_clauses_to_everyone(self) -> None:
        assert evaluate(a_term(()), {}).eligible

    def test_takes_a_fact_that_is_missing_for_none(self) -> None:
        assert not evaluate(a_term((at_least(Fact.SHOP_SCORE, 450),)), {}).eligible
        assert evaluate(a_term((at_most(Fact.SHOP_DAYS, 90),)), {}).eligible

    def test_finds_the_way_with_the_fewest_missing_clauses(self) -> None:
        verdict = evaluate(GUANGHE, {Fact.FOLLOWERS: 8_766, Fact.FOLLOWER_GROWTH: 820})

        assert [clause.gap_words for clause in verdict.nearest.failed] == [
            "粉丝还差 1,234 人",
            "近30天原创作品 0 条，还差 4 条",
        ]

    @pytest.mark.parametrize(
        ("requirement", "value", "words"),
        [
            (at_least(Fact.FOLLOWERS, 10_000), 8_766, "粉丝还差 1,234 人"),
            (at_least(Fact.FOLLOWER_GROWTH, 1_000), 820, "近30天涨粉 8.2%，还差 1.8 个百分点"),
            (at_least(Fact.FOLLOWER_GROWTH, 500), -120, "近30天涨粉 -1.2%，还差 6.2 个百分点"),
            (at_least(Fact.ORIGINAL_WORKS, 8), 5, "近30天原创作品 5 条，还差 3 条"),
            (
                at_least(Fact.LIVE_SECONDS, 72_000),
                60_001,
                "近30天有效开播 16 小时 40 分钟，还差 3 小时 20 分钟",
            ),
            (at_least(Fact.SHOP_SCORE, 450), 437, "店铺评分 4.37 分，还差 0.13 分"),
            (at_most(Fact.SHOP_DAYS, 90), 120, "开店天数 120 天，要求不超过 90 天，超出 30 天"),
            (at_most(Fact.VIOLATIONS_90D, 0), 2, "近90天违规 2 次，要求 0 次"),
            (at_least(Fact.REAL_NAME_VERIFIED, 1), 0, "还没完成实名认证"),
            (at_least(Fact.SHOP_OPENED, 1), 0, "还没开通快手小店"),
            (at_least(Fact.DRAMA_SERIES, 1), 0, "还没有满5集的短剧"),
        ],
    )
    def test_says_how_far_it_is(self, requirement: Requirement, value: int, words: str) -> None:
        [clause] = evaluate(a_term((requirement,)), {requirement.fact: value}).nearest.clauses

        assert clause.gap_words == words

    @given(terms(), values())
    def test_has_words_for_a_gap_exactly_where_a_clause_failed(
        self, term: Term, facts: dict[Fact, int]
    ) -> None:
        verdict = evaluate(term, facts)

        for way in verdict.alternatives:
            for clause in way.clauses:
                assert bool(clause.gap_words) is not clause.passed
                assert (clause.gap > 0) is not clause.passed
        assert verdict.eligible is any(not way.failed for way in verdict.alternatives)
        assert verdict.eligible is (not verdict.nearest.failed)

    @given(bounds(), st.integers(-(10**9), 10**9))
    def test_names_the_distance_that_would_be_enough(self, requirement: Requirement, value: int) -> None:
        value = value % 2 if requirement.fact.unit is Unit.FLAG else value
        [clause] = evaluate(a_term((requirement,)), {requirement.fact: value}).nearest.clauses

        step = clause.gap if requirement.at_least is not None else -clause.gap
        [closed] = evaluate(a_term((requirement,)), {requirement.fact: value + step}).nearest.clauses
        assert closed.passed
        unit = requirement.fact.unit
        if not clause.passed and unit in (Unit.PEOPLE, Unit.WORKS, Unit.DAYS):
            assert f" {clause.gap:,} " in clause.gap_words
        if not clause.passed and unit in (Unit.BASIS_POINTS, Unit.HUNDREDTHS):
            assert hundredths(clause.gap) in clause.gap_words


class TestQualifies:
    @given(terms(), values())
    def test_agrees_with_the_explained_verdict(self, term: Term, facts: dict[Fact, int]) -> None:
        assert qualifies(term, facts) is evaluate(term, facts).eligible

    @given(values())
    def test_agrees_on_the_packaged_programmes(self, facts: dict[Fact, int]) -> None:
        for program in packaged_programs():
            for term in program.terms:
                assert qualifies(term, facts) is evaluate(term, facts).eligible


class TestBoundWords:
    @pytest.mark.parametrize(
        ("requirement", "words"),
        [
            (at_least(Fact.FOLLOWERS, 10_000), "要求至少 10,000 人"),
            (at_least(Fact.FOLLOWER_GROWTH, 2_000), "要求至少 20%"),
            (at_most(Fact.SHOP_DAYS, 90), "要求不超过 90 天"),
            (at_most(Fact.VIOLATIONS_90D, 0), "要求 0 次"),
        ],
    )
    def test_says_what_is_asked(self, requirement: Requirement, words: str) -> None:
        assert bound_words(requirement) == words
