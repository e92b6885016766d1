import pytest
from hypothesis import given, settings

from tests.tools.kernel.rules.rules_of_tests import FACTS, creators, rules
from tools.kernel.rules.explain import explain
from tools.kernel.rules.facts import Facts, FactType
from tools.kernel.rules.rule import Rule, read_rule
from tools.kernel.rules.tree import RuleError
from tools.kernel.rules.walk import holds
from tools.kernel.rules.ways import ways_of
from tools.kernel.rules.words import bound_words, clause_words, gap_words


def texts(text: str) -> list[list[str]]:
    return [[clause.text for clause in way] for way in ways_of(read_rule(text, FACTS))]


class TestWaysOf:
    @pytest.mark.parametrize(
        ("text", "ways"),
        [
            ("verified", [["verified == true"]]),
            ("!verified", [["verified == false"]]),
            ("works > 3 && 10 > works", [["works >= 4", "works <= 9"]]),
            ("(works > 3 || verified) && followers >= 1", [["works >= 4", "followers >= 1"], ["verified == true", "followers >= 1"]]),
            ("!(works > 3 && verified)", [["works <= 3"], ["verified == false"]]),
            ('!(category in ["三农"])', [['!(category in ["三农"])']]),
            ("works == 1 || works == 1", [["works == 1"]]),
            ("works > 9223372036854775807", [["works > 9223372036854775807"]]),
        ],
    )  # fmt: skip
    def test_are_told_as_people_read_them(self, text: str, ways: list[list[str]]) -> None:
        assert texts(text) == ways

    def test_are_one_without_clauses_for_everyone_and_none_for_nobody(self) -> None:
        assert texts("true") == [[]]
        assert texts("false") == []

    def test_are_refused_when_nobody_could_read_them(self) -> None:
        many = " && ".join(f"(works == {number} || followers == {number})" for number in range(1, 7))

        with pytest.raises(RuleError, match="more than 32 ways"):
            texts(many)


class TestExplain:
    @settings(max_examples=300, deadline=None)
    @given(rules(), creators())
    def test_passes_exactly_where_the_rule_holds(self, rule: Rule, facts: Facts) -> None:
        try:
            ways = ways_of(rule)
        except RuleError:
            return

        verdict = explain(rule, ways, facts)

        assert verdict.passed is holds(rule, facts)
        for way in verdict.ways:
            for clause in way.clauses:
                assert bool(gap_words(clause, FACTS)) is not clause.passed
                assert (clause.gap > 0) is not clause.passed
                assert clause_words(clause, FACTS)

    @given(rules(), creators())
    def test_names_a_distance_that_is_enough(self, rule: Rule, facts: Facts) -> None:
        bounded = [
            (rule_, fact)
            for fact in rule.facts
            if fact.type is FactType.INT
            for rule_ in (read_rule(f"{fact.name} >= 1000", FACTS), read_rule(f"{fact.name} > 999", FACTS))
        ]

        for one, fact in bounded:
            value = facts.get(fact.name, fact.default)
            gap = explain(one, ways_of(one), facts).ways[0].clauses[0].gap
            assert isinstance(value, int)
            assert holds(one, {fact.name: value + gap})
            assert not gap or not holds(one, {fact.name: value + gap - 1})


class TestGapWords:
    @pytest.mark.parametrize(
        ("text", "facts", "words"),
        [
            ("followers >= 10000", {"followers": 8_766}, "粉丝还差 1,234 人"),
            ("growth_bp >= 500", {"growth_bp": -120}, "近30天涨粉 -1.2%，还差 6.2 个百分点"),
            ("works == 5", {"works": 3}, "原创作品 3 条，要求正好 5 条"),
            ("works in [5, 8]", {"works": 3}, "原创作品 3 条，要求是 5 条、8 条 之一"),
            ("!(works in [3])", {"works": 3}, "原创作品 3 条，要求不是 3 条"),
            ("works != 3", {"works": 3}, "原创作品 3 条，要求不是 3 条"),
            ("violations == 0", {"violations": 2}, "违规 2 次，要求 0 次"),
            ("verified", {}, "还没完成实名认证"),
            ("!open_to_all", {}, "开放 已完成，要求 未完成"),
            ('category in ["三农", "母婴"]', {}, "领域 美食，要求是 三农、母婴 之一"),
            ('category == "三农"', {}, "领域 美食，要求 三农"),
            ("works >= violations * 2", {"works": 3, "violations": 4}, "原创作品 3 条，要求至少 违规 × 2（8 条），还差 5 条"),
            ("works + 1 >= 10", {"works": 3}, "原创作品 + 1 = 4 条，还差 6 条"),
            ("works / violations >= 2", {}, "原创作品 ÷ 违规算不出结果，要求至少 2"),
            ("works % 2 == 0", {"works": 3}, "原创作品 除以 2 的余数 = 1 条，要求 0 条"),
            ("works < violations", {"works": 3, "violations": 3}, "原创作品 3 条，要求少于 违规（3 条），超出 1 条"),
        ],
    )  # fmt: skip
    def test_say_what_is_missing(self, text: str, facts: Facts, words: str) -> None:
        rule = read_rule(text, FACTS)

        [clause] = explain(rule, ways_of(rule), facts).ways[0].clauses

        assert gap_words(clause, FACTS) == words


class TestBoundWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("followers >= 10000", "要求至少 10,000 人"),
            ("growth_bp >= 2000", "要求至少 20%"),
            ("live_seconds >= 71999", "要求至少 20 小时"),
            ("works <= 90", "要求不超过 90 条"),
            ("violations <= 0", "要求 0 次"),
        ],
    )
    def test_say_what_is_asked(self, text: str, words: str) -> None:
        rule = read_rule(text, FACTS)

        [clause] = explain(rule, ways_of(rule), {}).ways[0].clauses

        assert bound_words(clause.clause, clause.bound, FACTS) == words
