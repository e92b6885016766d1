"""Periods as they are said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.local.normalise import said
from bot.agent.local.periods import find_periods
from tests.bot.agent.local.samples import ON
from tools.kernel.period import parse_period


def _first(text: str, *, on: date = ON) -> str | None:
    found = find_periods(said(text).text, on=on)
    return found[0].value if found else None


class TestFindPeriods:
    @pytest.mark.parametrize(
        ("text", "period"),
        [
            ("昨天赚了多少", "yesterday"),
            ("昨儿个的", "yesterday"),
            ("今天的收益", "today"),
            ("前天呢", "range:2022-08-13..2022-08-13"),
            ("大前天", "range:2022-08-12..2022-08-12"),
            ("这周", "this_week"),
            ("上个礼拜的收入", "last_week"),
            ("上星期", "last_week"),
            ("last week please", "last_week"),
            ("上上周", "range:2022-08-01..2022-08-07"),
            ("上周三那天", "range:2022-08-10..2022-08-10"),
            ("下周有啥活动", "next_week"),
            ("这个月", "this_month"),
            ("本月", "this_month"),
            ("上个月", "last_month"),
            ("上上个月", "month:6"),
            ("七月份", "month:7"),
            ("7月的", "month:7"),
            ("income in july", "month:7"),
            ("十二月", "month:12"),
            ("去年十月", "month:2021-10"),
            ("2021年3月", "month:2021-03"),
            ("今年2月", "month:2"),
            ("今年", "this_year"),
            ("去年", "last_year"),
            ("二季度", "q:2"),
            ("第三季度", "q:3"),
            ("q1总收入", "q:1"),
            ("上个季度", "q:2"),
            ("最近7天", "last_7_days"),
            ("近一周", "last_7_days"),
            ("最近一个礼拜", "last_7_days"),
            ("近半个月", "last_15_days"),
            ("过去三十天", "last_30_days"),
            ("最近一个月", "last_30_days"),
            ("last 30 days", "last_30_days"),
            ("8月1号到10号", "range:2022-08-01..2022-08-10"),
            ("8月1日至8月10日", "range:2022-08-01..2022-08-10"),
            ("8.1-8.10", "range:2022-08-01..2022-08-10"),
            ("2022-08-01到2022-08-10", "range:2022-08-01..2022-08-10"),
            ("12月20号到1月5号", "range:2021-12-20..2022-01-05"),
            ("七号到十四号", "range:2022-08-07..2022-08-14"),
            ("6月到7月", "range:2022-06-01..2022-07-31"),
            ("8月3号", "range:2022-08-03..2022-08-03"),
            ("上半年", "range:2022-01-01..2022-06-30"),
        ],
    )
    def test_reads(self, text: str, period: str) -> None:
        assert _first(text) == period

    @pytest.mark.parametrize(
        "text",
        [
            "投诉一个礼拜了还挂着",
            "现在都过去五天了",
            "我是三农号",
            "第一条视频",
            "最近咋样",
            "中秋月饼",
            "13月32号",
            "2月31号",
            "这礼拜一共",
        ],
    )
    def test_does_not_take_these_for_a_period_of_days(self, text: str) -> None:
        value = _first(text)

        assert value is None or value == "this_week"

    def test_takes_the_first_of_two(self) -> None:
        assert _first("上个月比上上个月少了") == "last_month"

    @given(
        st.text(alphabet="0123456789一二三十月号日到至年周个上下前天最近去今q季度-./ ", max_size=40),
        st.dates(),
    )
    def test_names_only_periods_that_the_tools_read(self, text: str, on: date) -> None:
        on = on.replace(year=2022, day=min(on.day, 28))

        for found in find_periods(text, on=on):
            assert parse_period(found.value, on=on).days >= 1
