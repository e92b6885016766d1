"""What is ranked and for which days: measures, spans, the rule of ties. Plain values, no database."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from tools.kernel.period import Period, month, parse_period

# The policy leaderboard-rules 2.2: so many are shown by name; everybody else sees only their own place.
SHOWN = 100
# Below this a place says nothing: "third of four" is no ranking.
SMALLEST_BOARD = 10
# A completion rate from fewer plays is luck.
FEWEST_PLAYS = 1_000
# A serious penalty (4 points and more) in the days before the period's end keeps an account off (2.1).
PENALTY_DAYS = 30
_WEEK = 7
_DAY_PERIOD_MOST = 3
_WEEK_PERIOD_MOST = 16


class Measure(StrEnum):
    """What accounts are ranked by, more is better."""

    FOLLOWERS = "followers"
    GROWTH = "growth"
    PLAYS = "plays"
    LIKES = "likes"
    INTERACTION = "interaction"
    COMPLETION = "completion"
    LIVE = "live"

    @property
    def words(self) -> str:  # noqa: PLR0911 - one return a case
        """The board's name."""
        match self:
            case Measure.FOLLOWERS:
                return "粉丝榜"
            case Measure.GROWTH:
                return "涨粉榜"
            case Measure.PLAYS:
                return "播放榜"
            case Measure.LIKES:
                return "点赞榜"
            case Measure.INTERACTION:
                return "互动榜"
            case Measure.COMPLETION:
                return "完播榜"
            case Measure.LIVE:
                return "直播榜"
            case _:
                assert_never(self)

    @property
    def meaning(self) -> str:  # noqa: PLR0911 - one return a case
        """What the value is, and of which works."""
        match self:
            case Measure.FOLLOWERS:
                return "期末粉丝数"
            case Measure.GROWTH:
                return "净增粉丝数"
            case Measure.PLAYS:
                return "作品播放量"
            case Measure.LIKES:
                return "作品点赞数"
            case Measure.INTERACTION:
                return "点赞、评论、转发、收藏之和"
            case Measure.COMPLETION:
                return f"完播率，期内播放满 {FEWEST_PLAYS:,} 次才参加"
            case Measure.LIVE:
                return "开播时长"
            case _:
                assert_never(self)

    def text(self, value: int) -> str:  # noqa: PLR0911 - one return a case
        """Return a value of this measure with its unit."""
        match self:
            case Measure.FOLLOWERS:
                return f"{value:,} 粉"
            case Measure.GROWTH:
                return f"{value:+,} 粉"
            case Measure.PLAYS:
                return f"{value:,} 次播放"
            case Measure.LIKES:
                return f"{value:,} 个赞"
            case Measure.INTERACTION:
                return f"{value:,} 次互动"
            case Measure.COMPLETION:
                return f"{value // 100}.{value % 100:02d}%"
            case Measure.LIVE:
                return f"{value // 3_600} 小时 {value % 3_600 // 60} 分"
            case _:
                assert_never(self)

    def gap_text(self, gap: int) -> str:
        """Return how far one value is from another, 0 or more."""
        match self:
            case Measure.GROWTH:
                return f"{gap:,} 粉"
            case Measure.COMPLETION:
                return f"{gap // 100}.{gap % 100:02d} 个百分点"
            case Measure.LIVE:
                # A gap below a minute is still a gap.
                return f"{gap // 60} 分 {gap % 60} 秒"
            case Measure.FOLLOWERS | Measure.PLAYS | Measure.LIKES | Measure.INTERACTION:
                return self.text(gap)
            case _:
                assert_never(self)


class Span(StrEnum):
    """How long a board's period is: a calendar day, week (from Monday) or month, complete ones only."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def words(self) -> str:
        """The span as it stands before a board's name."""
        match self:
            case Span.DAY:
                return "日榜"
            case Span.WEEK:
                return "周榜"
            case Span.MONTH:
                return "月榜"
            case _:
                assert_never(self)

    @property
    def kept(self) -> int:
        """How many snapshots are kept; older ones are pruned."""
        match self:
            case Span.DAY:
                return 8
            case Span.WEEK:
                return 5
            case Span.MONTH:
                return 3
            case _:
                assert_never(self)

    @property
    def before_words(self) -> str:
        """The period before one of this span."""
        match self:
            case Span.DAY:
                return "前一天"
            case Span.WEEK:
                return "前一周"
            case Span.MONTH:
                return "前一个月"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which accounts a board is among: all, those of a category, of a city, or of both."""

    category: str = ""
    city: str = ""

    @property
    def words(self) -> str:
        """The scope as it stands before a board's name."""
        return f"{self.city}{self.category}" or "全站"


@dataclass(frozen=True, slots=True)
class AskedBoard:
    """The period that is answered; `exact` is False where another one was asked for."""

    span: Span
    period: Period
    exact: bool


def complete(span: Span, *, on: date) -> Period:
    """Return the last period of the span that was over before the day."""
    match span:
        case Span.DAY:
            return _named(on - timedelta(days=1), on)
        case Span.WEEK:
            monday = on - timedelta(days=on.weekday())
            return _named(monday - timedelta(days=_WEEK), monday)
        case Span.MONTH:
            last = on.replace(day=1) - timedelta(days=1)
            return month(last.year, last.month)
        case _:
            assert_never(span)


def before(span: Span, period: Period) -> Period:
    """Return the period of the span that ended where this one begins."""
    return complete(span, on=period.starts_on)


def latest(span: Span, *, on: date) -> list[Period]:
    """Return the complete periods that are kept, the newest first."""
    periods = [complete(span, on=on)]
    while len(periods) < span.kept:
        periods.append(before(span, periods[-1]))
    return periods


def asked_board(period: str | None, *, on: date) -> AskedBoard:
    """Return the board that comes nearest to a symbolic period; raises UnknownPeriod.

    Boards are of complete days, weeks and months: what is not over or of another length gets the last complete
    period of the nearest span.
    """
    if period is None:
        return AskedBoard(Span.WEEK, complete(Span.WEEK, on=on), exact=True)
    asked = parse_period(period, on=on)
    span = _span_of(asked.days)
    last = min(asked.ends_on, on)
    found = complete(span, on=last) if last > asked.starts_on else complete(span, on=on)
    exact = (found.starts_on, found.ends_on) == (asked.starts_on, asked.ends_on)
    return AskedBoard(span, found, exact)


def _span_of(days: int) -> Span:
    if days <= _DAY_PERIOD_MOST:
        return Span.DAY
    return Span.WEEK if days <= _WEEK_PERIOD_MOST else Span.MONTH


def _named(starts_on: date, ends_on: date) -> Period:
    first, last = starts_on, ends_on - timedelta(days=1)
    words = f"{first.month}月{first.day}日"
    return Period(starts_on, ends_on, words if first == last else f"{words}—{last.month}月{last.day}日")
