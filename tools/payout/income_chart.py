"""A creator's income as a chart: a bar for each day or month, in which the sources stand on each other."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tools.kernel.charts import Chart, Drawing, Series
from tools.kernel.money import FEN_PER_YUAN
from tools.kernel.period import Period
from tools.payout.statement import IncomeItem

# More days than this are told by month: a bar for each would be too thin to see.
_MOST_DAYS = 62
# The largest sources have a colour each, the rest share one.
_MOST_SOURCES = 5
_REST = "其他"


@dataclass(frozen=True, slots=True)
class _Bar:
    """A day, or a month by its first day, and what is written below it."""

    starts_on: date
    label: str


def income_chart(
    incomes: Iterable[tuple[date, IncomeItem, int]],
    period: Period,
    *,
    on: date,
    title: str,
    name: Callable[[IncomeItem], str],
) -> Chart | None:
    """Return the incomes (day, item, fen) of the period up to the day asked; None where one bar or none would stand.

    The bars add up to the incomes: a source beyond the largest few is in “其他”.
    """
    by_month = period.days > _MOST_DAYS
    bars = _bars(period, on=on, by_month=by_month)
    fen = Counter[tuple[IncomeItem, date]]()
    totals = Counter[IncomeItem]()
    for day, item, amount_fen in incomes:
        fen[item, day.replace(day=1) if by_month else day] += amount_fen
        totals[item] += amount_fen
    if len(bars) < 2 or not any(totals.values()):  # noqa: PLR2004 - one bar compares with nothing
        return None
    return Chart(
        title=title,
        labels=tuple(bar.label for bar in bars),
        series=tuple(
            Series(
                words,
                tuple(sum(fen[item, bar.starts_on] for item in items) / FEN_PER_YUAN for bar in bars),
                "元",
                Drawing.BAR,
            )
            for words, items in _sources(totals, name).items()
        ),
        note=f"{'每月' if by_month else '每天'}入账的金额，含还没结算的。",
        stacked=True,
    )


def _bars(period: Period, *, on: date, by_month: bool) -> list[_Bar]:
    last = min(period.last_day, on)
    days = [period.starts_on + timedelta(days=number) for number in range((last - period.starts_on).days + 1)]
    if not by_month:
        return [_Bar(day, f"{day.month}月{day.day}日") for day in days]
    firsts = dict.fromkeys(day.replace(day=1) for day in days)
    years = len({first.year for first in firsts})
    return [
        _Bar(first, f"{first.year}年{first.month}月" if years > 1 else f"{first.month}月") for first in firsts
    ]


def _sources(
    totals: Mapping[IncomeItem, int], name: Callable[[IncomeItem], str]
) -> dict[str, tuple[IncomeItem, ...]]:
    """Return the chart's series: what each is called and its items, the largest first."""
    ranked = sorted(totals, key=lambda item: (-totals[item], name(item)))
    many = len(ranked) > _MOST_SOURCES
    shown = ranked[: _MOST_SOURCES - 1] if many else ranked
    sources: dict[str, tuple[IncomeItem, ...]] = {}
    for item in shown:
        sources[name(item)] = (*sources.get(name(item), ()), item)
    if many:
        sources[_REST] = tuple(ranked[len(shown) :])
    return sources
