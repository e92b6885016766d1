import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.payout.programs_of_tests import a_term
from tools.creators.fact_words import FACTS
from tools.kernel.rules.facts import Fact, Facts, FactType
from tools.kernel.rules.units import Unit, hundredths
from tools.payout.eligibility import clause_words, evaluate, gap_words, qualifies
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Term

# 光合计划 since 2022-07-29, as the issue states it.
GUANGHE = a_term(
    "(followers >= 10000 || followers >= 1000 && follower_growth_30d_bp >= 2000)"
    " && serious_violations_90d == 0 && original_works_30d >= 4"
)


def values() -> st.SearchStrategy[Facts]:
    return st.fixed_dictionaries(
        {},
        optional={
            name: st.booleans() if fact.type is FactType.BOOL else st.integers(-(10**9), 10**9)
            for name, fact in FACTS.items()
        },
    )


class TestEvaluate:
    @pytest.mark.parametrize(
        ("facts", "eligible"),
        [
            ({"followers": 10_000, "original_works_30d": 4}, True),
            ({"followers": 9_999, "original_works_30d": 4}, False),
            ({"followers": 9_999, "original_works_30d": 4, "follower_growth_30d_bp": 2_000}, True),
            ({"followers": 9_999, "original_works_30d": 4, "follower_growth_30d_bp": 1_999}, False),
            ({"followers": 999, "original_works_30d": 4, "follower_growth_30d_bp": 9_000}, False),
            ({"followers": 10_000, "original_works_30d": 3}, False),
            ({"followers": 10_000, "original_works_30d": 4, "serious_violations_90d": 1}, False),
        ],
    )
    def test_counts_the_bound_itself_as_inside(self, facts: Facts, eligible: bool) -> None:  # noqa: FBT001 - a parameter of the table
        assert evaluate(GUANGHE, facts).passed is eligible

    def test_opens_a_programme_without_clauses_to_everyone(self) -> None:
        assert evaluate(a_term("true"), {}).passed

    def test_takes_a_fact_that_is_missing_for_none(self) -> None:
        assert not evaluate(a_term("shop_score_hundredths >= 450"), {}).passed
        assert evaluate(a_term("shop_days <= 90"), {}).passed

    def test_finds_the_way_with_the_fewest_missing_clauses(self) -> None:
        verdict = evaluate(GUANGHE, {"followers": 8_766, "follower_growth_30d_bp": 820})

        assert [gap_words(clause) for clause in verdict.nearest.failed] == [
            "粉丝还差 1,234 人",
            "近30天原创作品 0 条，还差 4 条",
        ]

    @pytest.mark.parametrize(
        ("rule", "value", "words"),
        [
            ("followers >= 10000", 8_766, "粉丝还差 1,234 人"),
            ("follower_growth_30d_bp >= 1000", 820, "近30天涨粉 8.2%，还差 1.8 个百分点"),
            ("follower_growth_30d_bp >= 500", -120, "近30天涨粉 -1.2%，还差 6.2 个百分点"),
            ("original_works_30d >= 8", 5, "近30天原创作品 5 条，还差 3 条"),
            ("original_works_30d > 7", 5, "近30天原创作品 5 条，还差 3 条"),
            ("live_seconds_30d >= 72000", 60_001, "近30天有效开播 16 小时 40 分钟，还差 3 小时 20 分钟"),
            ("shop_score_hundredths >= 450", 437, "店铺评分 4.37 分，还差 0.13 分"),
            ("shop_days <= 90", 120, "开店天数 120 天，要求不超过 90 天，超出 30 天"),
            ("violations_90d == 0", 2, "近90天违规 2 次，要求 0 次"),
            ("violations_90d <= 0", 2, "近90天违规 2 次，要求 0 次"),
            ("real_name_verified", False, "还没完成实名认证"),
            ("shop_opened", False, "还没开通快手小店"),
            ("drama_series_5_episodes >= 1", 0, "还没有满5集的短剧"),
        ],
    )
    def test_says_how_far_it_is(self, rule: str, value: int, words: str) -> None:
        term = a_term(rule)
        [fact] = term.eligibility.rule.facts

        [clause] = evaluate(term, {fact.name: value}).nearest.clauses

        assert gap_words(clause) == words

    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            ("followers >= 10000", "粉丝 20,000 人（要求至少 10,000 人）"),
            ("follower_growth_30d_bp >= 2000", "近30天涨粉 200%（要求至少 20%）"),
            ("shop_days <= 20090", "开店天数 20,000 天（要求不超过 20,090 天）"),
        ],
    )
    def test_says_what_is_there_beside_what_is_asked(self, rule: str, words: str) -> None:
        term = a_term(rule)
        [fact] = term.eligibility.rule.facts

        [clause] = evaluate(term, {fact.name: 20_000}).nearest.clauses

        assert clause_words(clause) == words

    @pytest.mark.parametrize(
        "term",
        [term for program in packaged_programs() for term in program.terms],
        ids=lambda term: term.step.words,
    )
    @given(facts=values())
    def test_has_words_for_a_gap_exactly_where_a_clause_failed(self, term: Term, facts: Facts) -> None:
        verdict = evaluate(term, facts)

        for way in verdict.ways:
            for clause in way.clauses:
                assert bool(gap_words(clause)) is not clause.passed
                assert (clause.gap > 0) is not clause.passed
        assert verdict.passed is any(not way.failed for way in verdict.ways)
        assert verdict.passed is (not verdict.nearest.failed)
        assert verdict.passed is qualifies(term, facts)

    @given(
        st.sampled_from([fact for fact in FACTS.values() if fact.type is FactType.INT]),
        st.sampled_from([">=", "<="]),
        st.integers(0, 10**9),
        st.integers(-(10**9), 10**9),
    )
    def test_names_the_distance_that_would_be_enough(
        self, fact: Fact, sign: str, bound: int, value: int
    ) -> None:
        name, unit = fact.name, fact.unit
        term = a_term(f"{name} {sign} {bound}")
        [clause] = evaluate(term, {name: value}).nearest.clauses

        step = clause.gap if sign == ">=" else -clause.gap

        assert evaluate(term, {name: value + step}).passed
        if not clause.passed and bound > 1 and unit in (Unit.PEOPLE, Unit.WORKS, Unit.DAYS):
            assert f" {clause.gap:,} " in gap_words(clause)
        if not clause.passed and bound and unit in (Unit.BASIS_POINTS, Unit.HUNDREDTHS):
            assert hundredths(clause.gap) in gap_words(clause)
