from datetime import date

import pytest

from tools.policies.asking import (
    Subject,
    asks_for_the_version_before,
    compared,
    day_meant,
    is_about_asker,
)

ON = date(2022, 8, 15)
PLAN = Subject("光合计划", ("光合",), ("guanghe-plan",))
BETTER = Subject("光合优创", ("优创",), ("youchuang",))


class TestDayMeant:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2021年12月提现多久到", date(2021, 12, 1)),
            ("5月10号举报几天答复", date(2022, 5, 10)),
            ("六月份一天提多少", date(2022, 6, 1)),
            ("十二月那会儿要几集", date(2021, 12, 1)),
            ("上个月一天能提多少", date(2022, 7, 1)),
            ("去年要多少粉", date(2021, 8, 1)),
        ],
    )
    def test_is_the_latest_past_day_of_that_name(self, text: str, day: date) -> None:
        assert day_meant(text, on=ON) == day

    @pytest.mark.parametrize(
        "text",
        ["提现最低多少", "青云2022年9月30日结束吗", "2月30号", "发了三个月", "一个月几条", "播了2个月"],
    )
    def test_is_none_without_a_past_day(self, text: str) -> None:
        assert day_meant(text, on=ON) is None


class TestAsksForTheVersionBefore:
    def test_knows_the_words_for_it(self) -> None:
        assert asks_for_the_version_before("以前短剧要几集")
        assert asks_for_the_version_before("之前的规定是啥")
        assert not asks_for_the_version_before("发之前要检查什么")


class TestIsAboutAsker:
    def test_hears_me_but_not_us(self) -> None:
        assert is_about_asker("我够不够")
        assert not is_about_asker("我们公司怎么入驻")
        assert not is_about_asker("要多少粉")


class TestCompared:
    def test_asks_the_same_of_each_programme(self) -> None:
        found = compared("光合计划和优创要多少粉，有什么不同", [PLAN, BETTER])

        assert found == [(PLAN, "光合计划要多少粉"), (BETTER, "光合优创要多少粉")]

    @pytest.mark.parametrize("text", ["优创有什么区别", "光合计划和优创要多少粉", "有什么区别", ""])
    def test_is_empty_for_other_questions(self, text: str) -> None:
        assert not compared(text, [PLAN, BETTER])

    def test_is_empty_without_programmes(self) -> None:
        assert not compared("有什么区别", [])
