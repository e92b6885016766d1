from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.kernel.period import Period, parse_period
from tools.payout.posting import Purpose
from tools.payout.program_files import packaged_programs
from tools.payout.statement import IncomeItem, SourceUnknown, compared_with, item_words, source_filter

GUANGHE = IncomeItem(Purpose.INCENTIVE, "guanghe")
LIVE = IncomeItem(Purpose.INCENTIVE, "live")
GIFTS = IncomeItem(Purpose.LIVE_GIFTS)
GOODS = IncomeItem(Purpose.GOODS)
ITEMS = (
    GUANGHE,
    LIVE,
    GIFTS,
    GOODS,
    IncomeItem(Purpose.INCENTIVE, "drama"),
    IncomeItem(Purpose.BRAND_ORDERS),
)
ON = date(2022, 8, 15)


class TestItemWords:
    def test_names_every_purpose(self) -> None:
        words = [item_words(IncomeItem(purpose), packaged_programs()) for purpose in Purpose]

        assert all(words)
        assert len(set(words)) == len(Purpose)

    def test_calls_an_incentive_by_its_programme(self) -> None:
        assert item_words(GUANGHE, packaged_programs()) == "光合计划"


class TestSourceFilter:
    @pytest.mark.parametrize(
        ("text", "items"),
        [
            (None, ITEMS),
            ("", ITEMS),
            ("全部", ITEMS),
            ("光合计划", (GUANGHE,)),
            ("guanghe", (GUANGHE,)),
            ("短视频", (GUANGHE,)),
            ("直播", (LIVE, GIFTS)),
            ("直播激励", (LIVE,)),
            ("打赏", (GIFTS,)),
            ("带货", (GOODS,)),
            ("短剧", (IncomeItem(Purpose.INCENTIVE, "drama"),)),
            ("商单", (IncomeItem(Purpose.BRAND_ORDERS),)),
            ("激励", (GUANGHE, LIVE, IncomeItem(Purpose.INCENTIVE, "drama"))),
            ("课程", ()),
        ],
    )
    def test_lets_through_what_the_word_means(self, text: str | None, items: tuple[IncomeItem, ...]) -> None:
        wanted = source_filter(text, packaged_programs())

        assert tuple(item for item in ITEMS if wanted(item)) == items

    @pytest.mark.parametrize("text", ["房租", "laotie", "1", "直播' OR 1=1", "收入" * 10_000])
    def test_refuses_a_word_that_is_no_source(self, text: str) -> None:
        with pytest.raises(SourceUnknown) as refused:
            source_filter(text, packaged_programs())

        assert len(str(refused.value)) < 100


class TestComparedWith:
    @pytest.mark.parametrize(
        ("period", "starts_on", "ends_on", "words"),
        [
            ("last_month", date(2022, 6, 1), date(2022, 7, 1), "2022年6月"),
            ("month:3", date(2022, 2, 1), date(2022, 3, 1), "2022年2月"),
            ("month:2022-01", date(2021, 12, 1), date(2022, 1, 1), "2021年12月"),
            ("q:2", date(2022, 1, 1), date(2022, 4, 1), "2022年第1季度"),
            ("last_year", date(2020, 1, 1), date(2021, 1, 1), "2020年"),
            ("this_month", date(2022, 7, 1), date(2022, 7, 16), "2022年7月同期（前 15 天）"),
            ("this_year", date(2021, 1, 1), date(2021, 8, 16), "2021年同期（前 227 天）"),
            ("yesterday", date(2022, 8, 13), date(2022, 8, 14), "之前 1 天"),
            ("last_week", date(2022, 8, 1), date(2022, 8, 8), "之前 7 天"),
            ("this_week", date(2022, 8, 8), date(2022, 8, 9), "之前 7 天同期（前 1 天）"),
            ("range:2022-08-03..2022-08-05", date(2022, 7, 31), date(2022, 8, 3), "之前 3 天"),
        ],
    )
    def test_is_the_period_before_of_the_same_kind(
        self, period: str, starts_on: date, ends_on: date, words: str
    ) -> None:
        assert compared_with(parse_period(period, on=ON), on=ON) == Period(starts_on, ends_on, words)

    @given(
        st.dates(date(2000, 1, 1), date(2099, 1, 1)),
        st.integers(1, 800),
        st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    )
    def test_ends_before_the_period_starts(self, starts_on: date, days: int, on: date) -> None:
        period = Period(starts_on, date.fromordinal(starts_on.toordinal() + days), "一段")

        before = compared_with(period, on=on)

        assert before.starts_on < before.ends_on <= period.starts_on
