"""A creator's income in words: what each movement is called, which sources a word means, what to compare with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tools.kernel.errors import Refusal
from tools.kernel.period import Period, month
from tools.payout.posting import Purpose
from tools.payout.programs import Program, ProgramUnknown, find_program

_MONTHS = 12
_QUARTER_MONTHS = 3


class SourceUnknown(Refusal):
    """The text names no source of income."""

    template = "没有“{text}”这个收入来源。可以问：光合计划、直播、带货、短剧、短视频、商单、课程。"


@dataclass(frozen=True, slots=True, order=True)
class IncomeItem:
    """A line of a statement: a programme's money, or one kind of business."""

    purpose: Purpose
    program: str | None = None


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """What one item brought in a period; `unsettled_fen` of it can't be withdrawn yet."""

    item: IncomeItem
    amount_fen: int
    unsettled_fen: int


# Words a creator uses for a source, beside the programmes' own names.
_VIDEO = frozenset(
    IncomeItem(Purpose.INCENTIVE, program) for program in ("guanghe", "youchuang", "lifecycle")
)
_GIFTS = frozenset({IncomeItem(Purpose.LIVE_GIFTS)})
_LIVE = _GIFTS | {IncomeItem(Purpose.INCENTIVE, "live")}
_GOODS = frozenset({IncomeItem(Purpose.GOODS)})
_BRAND_ORDERS = frozenset({IncomeItem(Purpose.BRAND_ORDERS)})
_COURSES = frozenset({IncomeItem(Purpose.COURSES)})
_SOURCES = {
    **dict.fromkeys(("video", "短视频", "视频", "短视频激励"), _VIDEO),
    **dict.fromkeys(("直播", "直播收入", "开播"), _LIVE),
    **dict.fromkeys(("live_gifts", "打赏", "直播打赏", "礼物", "刷礼物"), _GIFTS),
    **dict.fromkeys(("goods", "带货", "带货佣金", "佣金", "电商", "快分销", "卖货", "橱窗"), _GOODS),
    **dict.fromkeys(("brand_orders", "商单", "磁力聚星", "聚星", "广告", "品牌"), _BRAND_ORDERS),
    **dict.fromkeys(("courses", "课程", "付费课堂", "付费课程", "卖课"), _COURSES),
}
_PURPOSES = {
    Purpose.LIVE_GIFTS: "直播打赏",
    Purpose.GOODS: "带货佣金",
    Purpose.BRAND_ORDERS: "商单",
    Purpose.COURSES: "付费课堂",
    Purpose.FUNDING: "预算",
    Purpose.SETTLEMENT: "结算",
    Purpose.WITHDRAWAL: "提现",
    Purpose.TAX: "代扣个人所得税",
    Purpose.LEASE: "预算划拨",
    Purpose.REVERSAL: "更正",
    Purpose.DELIVERY: "流量券投放",
    Purpose.LAPSE: "流量券过期",
    Purpose.SERVICE_FEE: "平台服务费",
    Purpose.REFUND: "退回品牌",
}
_INCENTIVES = ("incentive", "incentives", "激励", "激励金", "奖励", "补贴")
_ALL = ("", "all", "全部", "所有", "总共")


def item_words(item: IncomeItem, programs: Iterable[Program]) -> str:
    """Return what creators call an item: 光合计划, 直播打赏, 提现."""
    if item.purpose is Purpose.INCENTIVE:
        return next((program.name for program in programs if program.id == item.program), "平台激励")
    return _PURPOSES[item.purpose]


def source_filter(text: str | None, programs: Iterable[Program]) -> Callable[[IncomeItem], bool]:
    """Return a test for the items that a word means; no word means all. Raises SourceUnknown."""
    word = "".join((text or "").split()).casefold()
    if word in _ALL:
        return lambda _item: True
    if word in _INCENTIVES:
        return lambda item: item.purpose is Purpose.INCENTIVE
    if (items := _SOURCES.get(word)) is not None:
        return items.__contains__
    try:
        wanted = IncomeItem(Purpose.INCENTIVE, find_program(programs, word).id)
    except ProgramUnknown:
        raise SourceUnknown(text=word[:20]) from None
    return wanted.__eq__


def compared_with(period: Period, *, on: date) -> Period:
    """Return the period before: the calendar month, quarter or year where this is one, else the same number of days.

    A period that is still running on the day asked is compared with as many first days of the one before, since half a
    month beside a whole one says nothing.
    """
    before = _calendar_before(period) or Period(
        period.starts_on - timedelta(days=period.days), period.starts_on, f"之前 {period.days} 天"
    )
    if not period.starts_on <= on < period.last_day:
        return before
    elapsed = (on - period.starts_on).days + 1
    ends_on = min(before.ends_on, before.starts_on + timedelta(days=elapsed))
    return Period(
        before.starts_on, ends_on, f"{before.words}同期（前 {(ends_on - before.starts_on).days} 天）"
    )


def _calendar_before(period: Period) -> Period | None:
    first, months = period.starts_on, _whole_months(period)
    if months not in (1, _QUARTER_MONTHS, _MONTHS) or (first.month - 1) % months:
        return None
    starts_on = _months_later(first, -months)
    if months == 1:
        return month(starts_on.year, starts_on.month)
    if months == _MONTHS:
        return Period(starts_on, first, f"{starts_on.year}年")
    return Period(starts_on, first, f"{starts_on.year}年第{(starts_on.month + 2) // _QUARTER_MONTHS}季度")


def _whole_months(period: Period) -> int:
    """Return how many calendar months the period consists of, 0 when it cuts one."""
    if period.starts_on.day != 1 or period.ends_on.day != 1:
        return 0
    years = period.ends_on.year - period.starts_on.year
    return years * _MONTHS + period.ends_on.month - period.starts_on.month


def _months_later(first: date, months: int) -> date:
    years, month_index = divmod(first.year * _MONTHS + first.month - 1 + months, _MONTHS)
    return date(years, month_index + 1, 1)
