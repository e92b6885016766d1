from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tools.kernel.charts import Chart
from tools.kernel.period import Period
from tools.payout.income_chart import income_chart
from tools.payout.posting import Purpose
from tools.payout.statement import IncomeItem

ON = date(2022, 8, 15)
ITEMS = [
    *(
        IncomeItem(Purpose.INCENTIVE, program)
        for program in ("guanghe", "youchuang", "star", "live", "drama")
    ),
    IncomeItem(Purpose.LIVE_GIFTS),
    IncomeItem(Purpose.GOODS),
]
Income = tuple[date, IncomeItem, int]


def name(item: IncomeItem) -> str:
    return item.program or item.purpose


def chart_of(incomes: list[Income], starts_on: date, days: int) -> Chart | None:
    period = Period(starts_on, starts_on + timedelta(days=days), "这段时间")
    return income_chart(incomes, period, on=ON, title="收入", name=name)


@st.composite
def statements(draw: st.DrawFn) -> tuple[list[Income], date, int]:
    days = draw(st.integers(1, 800))
    starts_on = ON - timedelta(days=draw(st.integers(0, days)))
    last = min(days - 1, (ON - starts_on).days)
    income = st.tuples(
        st.integers(0, last).map(lambda day: starts_on + timedelta(days=day)),
        st.sampled_from(ITEMS),
        st.integers(1, 10**9),
    )
    return draw(st.lists(income, max_size=40)), starts_on, days


class TestIncomeChart:
    @given(statements())
    def test_adds_up_to_the_incomes(self, statement: tuple[list[Income], date, int]) -> None:
        incomes, starts_on, days = statement

        chart = chart_of(incomes, starts_on, days)

        if chart is not None:
            drawn_fen = sum(round((value or 0) * 100) for series in chart.series for value in series.values)
            assert drawn_fen == sum(fen for _, _, fen in incomes)
            assert len(chart.series) <= 5
            assert len(set(chart.labels)) == len(chart.labels) <= 62
            assert chart.stacked

    @given(statements())
    def test_has_each_large_source_on_its_day_or_month(
        self, statement: tuple[list[Income], date, int]
    ) -> None:
        incomes, starts_on, days = statement
        totals = Counter[str]()
        for _, item, fen in incomes:
            totals[name(item)] += fen

        chart = chart_of(incomes, starts_on, days)

        if chart is not None and len(totals) <= 5:
            drawn = {
                series.name: round(sum(value or 0 for value in series.values) * 100)
                for series in chart.series
            }
            assert drawn == dict(totals)

    def test_is_none_for_one_day_or_no_income(self) -> None:
        assert chart_of([(ON, ITEMS[0], 100)], ON, 1) is None
        assert chart_of([], ON - timedelta(days=30), 30) is None

    def test_ends_on_the_day_asked(self) -> None:
        chart = chart_of([(date(2022, 8, 1), ITEMS[0], 100)], date(2022, 8, 1), 31)

        assert chart is not None
        assert chart.labels[-1] == "8月15日"

    def test_names_the_year_where_there_are_two(self) -> None:
        chart = chart_of([(date(2021, 12, 1), ITEMS[0], 100)], date(2021, 12, 1), 200)

        assert chart is not None
        assert chart.labels[:2] == ("2021年12月", "2022年1月")
