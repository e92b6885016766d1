from dataclasses import replace
from datetime import date

from knowledge.read import Audience, Clause, Source
from knowledge.search import Passage
from tools.policies.answer import (
    NOTHING_BELOW,
    chosen,
    comparison_words,
    in_force_words,
    is_found,
    neighbours,
    other_days_words,
    then_and_now_words,
    with_other_ways,
)


def clause(number: str, text: str, *, policy: str = "withdrawal", title: str = "提现规则") -> Clause:
    return Clause(
        policy, 1, number, title, "门槛", text, date(2022, 1, 1), None, Audience.CREATORS, Source.SAMPLE
    )


def passage(
    number: str, text: str, score: float, *, policy: str = "withdrawal", title: str = "提现规则"
) -> Passage:
    return Passage(clause(number, text, policy=policy, title=title), score)


class TestIsFound:
    def test_asks_for_enough_evidence(self) -> None:
        assert is_found([passage("1.1", "满 10 元可以提现。", NOTHING_BELOW)])
        assert not is_found([passage("1.1", "满 10 元可以提现。", NOTHING_BELOW - 0.01)])
        assert not is_found([])


class TestChosen:
    def test_takes_the_best_alone_where_the_others_are_weaker(self) -> None:
        found = chosen([passage("1.1", "满 10 元可以提现。", 0.9), passage("3.2", "不相干。", 0.8)])

        assert [each.clause for each in found] == ["1.1"]

    def test_leaves_out_what_is_about_something_else(self) -> None:
        others = [
            passage("1.1", "不相干。", 0.89, policy="live"),
            passage("1.2", "细则。", 0.88, policy="withdrawal-rules"),
        ]

        found = chosen([passage("1.1", "满 10 元可以提现。", 0.9), *others])

        assert [each.policy for each in found] == ["withdrawal", "withdrawal-rules"]

    def test_prefers_the_policy_that_is_about_the_topic_to_one_that_mentions_it(self) -> None:
        mentioning = passage("1.1", "流量奖励不能提现。", 0.95, policy="live", title="直播激励")
        about = passage("3.3", "提现不收手续费。", 0.6)

        found = chosen([mentioning, about], topic="提现")

        assert [each.policy for each in found] == ["withdrawal"]

    def test_adds_clauses_that_are_nearly_as_close_and_no_more_than_three(self) -> None:
        found = chosen([passage(f"1.{place}", f"第{place}条。", 0.9 - place / 1000) for place in range(5)])

        assert [each.clause for each in found] == ["1.0", "1.1", "1.2"]

    def test_takes_the_clause_beside_the_best_one_sooner(self) -> None:
        found = chosen(
            [passage("1.1", "一万粉。", 0.8), passage("1.2", "或一千粉。", 0.7), passage("2.1", "远。", 0.7)]
        )

        assert [each.clause for each in found] == ["1.1", "1.2"]

    def test_is_empty_where_nothing_is_close(self) -> None:
        assert chosen([]) == ()
        assert chosen([passage("1.1", "满 10 元可以提现。", NOTHING_BELOW - 0.01)]) == ()


class TestWithOtherWays:
    def test_tells_the_other_ways_after_the_first(self) -> None:
        among = [
            clause("1.1", "第一条准入路径：一万粉。"),
            clause("1.2", "第二条准入路径：一千粉。"),
            clause("1.3", "没有违规。"),
            clause("2.1", "第二种情形。"),
        ]

        assert [each.clause for each in with_other_ways(among[:1], among)] == ["1.1", "1.2"]
        assert [each.clause for each in with_other_ways(among[2:3], among)] == ["1.3"]
        assert with_other_ways([], among) == ()


class TestInForceWords:
    def test_quotes_each_clause_with_its_mark(self) -> None:
        found = in_force_words([clause("1.1", "满 10 元可以提现。"), clause("1.2", "一天一次。")])

        assert found.text == "满 10 元可以提现。[1]\n一天一次。[2]"

    def test_tells_the_last_day_of_a_rule_that_ends(self) -> None:
        ending = replace(clause("1.1", "券 7 天有效。"), in_force_until=date(2022, 10, 1))

        assert in_force_words([ending]).text.endswith("执行到 2022 年 9 月 30 日为止。[1]")


class TestThenAndNowWords:
    def test_tells_both_versions_with_their_days(self) -> None:
        then = replace(clause("1.3", "每天 20,000 元。"), in_force_until=date(2022, 7, 1))
        now = replace(clause("1.3", "每天 50,000 元。"), in_force_from=date(2022, 7, 1))

        found = then_and_now_words([(then, now)])

        assert found.clauses == (then, now)
        assert found.text == (
            "2022 年 1 月 1 日至 2022 年 6 月 30 日的规定：每天 20,000 元。[1]\n"
            "现在（2022 年 7 月 1 日起）：每天 50,000 元。[2]"
        )

    def test_says_that_nothing_changed(self) -> None:
        same = clause("1.1", "满 10 元可以提现。")

        found = then_and_now_words([(same, same)])

        assert found.clauses == (same,)
        assert "没有变。[1]" in found.text

    def test_says_that_the_rule_is_gone(self) -> None:
        then = replace(clause("1.1", "每天 8 亿流量。"), in_force_until=date(2022, 7, 1))

        assert "已经不再执行。[1]" in then_and_now_words([(then, None)]).text


class TestOtherDaysWords:
    def test_says_when_a_rule_begins(self) -> None:
        later = replace(clause("1.1", "领流量包。"), in_force_from=date(2022, 10, 1))

        assert "2022 年 10 月 1 日才开始执行" in other_days_words(later, on=date(2022, 8, 15)).text

    def test_says_that_a_rule_is_over(self) -> None:
        over = replace(clause("1.1", "每天 8 亿流量。"), in_force_until=date(2022, 7, 1))

        assert "现在已经结束。[1]" in other_days_words(over, on=date(2022, 8, 15)).text


class TestComparisonWords:
    def test_numbers_the_marks_through_both_sides(self) -> None:
        left, right = clause("1.1", "一万粉。"), clause("1.2", "增长 10%。")

        found = comparison_words([("光合计划", [left]), ("光合优创", [right])])

        assert found.text == "光合计划：\n· 一万粉。[1]\n光合优创：\n· 增长 10%。[2]"
        assert found.clauses == (left, right)


class TestNeighbours:
    def test_are_the_clauses_beside_it_under_the_same_heading(self) -> None:
        among = [clause(number, "。") for number in ("1.1", "1.2", "1.3", "2.1")]

        assert [each.clause for each in neighbours(among[1], among)] == ["1.1", "1.3"]
        assert neighbours(among[3], among) == []
