"""Which tasks a creator is shown first, what counts towards them, and which ones a creator's words mean."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import assert_never

from tools.creators.days import CreatorDays
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.rules.units import Unit, quantity
from tools.payout.programs import Metric, Program, Stage, Task

LIFECYCLE = "lifecycle"
# lifecycle-tasks-rules 1.1 and 1.4: the first follower count of each stage.
_STAGES = ((10_000, Stage.MATURE), (1_000, Stage.GROWTH), (100, Stage.COLD_START), (0, Stage.NEWCOMER))


class TaskUnknown(Refusal):
    """The words name none of the tasks that are open to the creator."""

    template = "你现在能领的任务里没有“{text}”。能领的有：{known}。"


@dataclass(frozen=True, slots=True)
class Offer:
    """A task as its card shows it to one creator: the days that count, and what they had without it."""

    program: Program
    task: Task
    starts_on: date
    ends_on: date
    recent: int

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.ends_on - timedelta(days=1)


def stage_of(followers: int) -> Stage:
    """Return the stage of an account (lifecycle-tasks-rules 1.1 and 1.4)."""
    return next(stage for lowest, stage in _STAGES if followers >= lowest)


def stage_words(stage: Stage) -> str:
    """Return what creators call a stage."""
    match stage:
        case Stage.NEWCOMER:
            return "入驻期（第一步）"
        case Stage.COLD_START:
            return "入驻期（冷启动）"
        case Stage.GROWTH:
            return "成长期"
        case Stage.MATURE:
            return "成熟期"
        case Stage.ANY:
            return "全部阶段"
        case _:
            assert_never(stage)


def counted(
    metric: Metric, found: CreatorDays, *, starts_on: date, ends_on: date, claimed_at: datetime | None = None
) -> int:
    """Return what counts towards a task (lifecycle-tasks-rules 2.5): whole days, and works from the claim on."""
    days = [figures for day, figures in found.days.items() if starts_on <= day < ends_on]
    posted_on = [
        day
        for work in found.published
        if work.original
        and work.kind != "live"
        and starts_on <= (day := work.at.astimezone(PLATFORM_ZONE).date()) < ends_on
        and (claimed_at is None or work.at >= claimed_at)
    ]
    match metric:
        case Metric.ORIGINAL_WORKS:
            return len(posted_on)
        case Metric.POSTING_DAYS:
            return len(set(posted_on))
        case Metric.PLAYS:
            return sum(figures.plays for figures in days)
        case Metric.INTERACTIONS:
            return sum(figures.interactions for figures in days)
        case Metric.NEW_FOLLOWERS:
            return sum(figures.new_followers for figures in days)
        case Metric.LIVE_SECONDS:
            return sum(figures.live_seconds for figures in days)
        case _:
            assert_never(metric)


def amount_words(metric: Metric, value: int, *, up: bool = False) -> str:
    """Return a count of the metric with its unit: 3 条, 1 小时 20 分钟; `up` rounds what is missing to enough."""
    match metric:
        case Metric.ORIGINAL_WORKS:
            return quantity(value, Unit.WORKS)
        case Metric.POSTING_DAYS:
            return quantity(value, Unit.DAYS)
        case Metric.PLAYS | Metric.INTERACTIONS:
            return quantity(value, Unit.TIMES)
        case Metric.NEW_FOLLOWERS:
            return quantity(value, Unit.PEOPLE)
        case Metric.LIVE_SECONDS:
            return quantity(value, Unit.SECONDS, up=up)
        case _:
            assert_never(metric)


def most_lacking(offers: Iterable[Offer]) -> list[Offer]:
    """Return the offers, first those of which the creator has least against the goal; of equals the file's order."""
    return sorted(offers, key=lambda offer: Fraction(offer.recent, offer.task.goal))


def next_monday(day: date) -> date:
    """Return the Monday after the day: then the tasks are there anew (lifecycle-tasks-rules 1.3, 2.6)."""
    return day + timedelta(days=7 - day.weekday())


_ALL = frozenset(
    {"", "all", "全部", "所有", "全", "都", "全领", "都领", "一键领取", "每个", "任务", "全部任务"}
)
# Words for what a task counts; the first that stands in the text decides.
_LIVE = frozenset({Metric.LIVE_SECONDS})
_KINDS: tuple[tuple[tuple[str, ...], frozenset[Metric]], ...] = (
    (("直播", "开播", "播满", "live"), _LIVE),
    (("涨粉", "粉丝", "新增粉", "follower"), frozenset({Metric.NEW_FOLLOWERS})),
    (("互动", "点赞", "评论"), frozenset({Metric.INTERACTIONS})),
    (("播放", "观看", "plays"), frozenset({Metric.PLAYS})),
    (
        ("发布", "投稿", "发作品", "发视频", "发片", "作品", "视频", "原创", "更新", "post"),
        frozenset({Metric.ORIGINAL_WORKS, Metric.POSTING_DAYS}),
    ),
)
_NUMERALS = {"零": "0", "一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7"} | {
    "八": "8", "九": "9", "十": "10"
}  # fmt: skip
_TEN_THOUSANDS = re.compile(r"(\d{1,6})万", re.ASCII)
_SEPARATORS = re.compile(r"[、，,;；/+]|以及|还有|和|跟|\band\b")
_LEFT_OUT = re.compile(
    r"(?:除了|除开|除掉|不要|不领|别领|不想领|去掉)(?:那个|这个)?(.{1,12}?)(?:的|任务|以外|之外|[，,]|都|其)"
)
_LONGEST_SENTENCE = 200
_DIGITS = re.compile(r"\d+", re.ASCII)


def chosen(offers: Sequence[Offer], *, task: str | None, exclude: str | None) -> list[Offer]:
    """Return the offers that the words mean, less those excluded, in their order; no words mean all.

    Several may be named at once (开播2小时和发布5条). Raises TaskUnknown for a part that names none; a part to be left out
    that names none leaves nothing out.
    """
    wanted = list(offers)
    if _plain(task or "") not in _ALL:
        named = [_named(part, offers) for part in _parts(task or "")]
        wanted = [offer for offer in offers if any(offer in found for found in named)]
    for part in _parts(exclude or ""):
        left_out = [offer for offer in offers if _matches(part)(offer)]
        wanted = [offer for offer in wanted if offer not in left_out]
    return wanted


def heard(offers: Sequence[Offer], text: str) -> tuple[str | None, str | None]:
    """Return the task and the exclusion that a whole sentence names, None where it names none.

    For a model that heard that something is to be claimed, but not what.
    """
    text = text[:_LONGEST_SENTENCE]
    if found := _LEFT_OUT.search(text):
        return None, found[1]
    plain = _plain(text)
    if named := [offer.task.name for offer in offers if _plain(offer.task.name) in plain]:
        return "、".join(named), None
    if any(word in plain for word in ("全", "都", "所有")):
        return None, None
    kind = next((word for words, _ in _KINDS for word in words if word in plain), None)
    if kind is None:
        return None, None
    return kind + ("激励" if "激励" in plain else "") + "".join(_DIGITS.findall(plain)[:1]), None


def _named(part: str, offers: Sequence[Offer]) -> list[Offer]:
    plain = _plain(part)
    exact = [offer for offer in offers if _plain(offer.task.name) == plain]
    found = (
        exact
        or [offer for offer in offers if plain in _plain(offer.task.name)]
        or [offer for offer in offers if _matches(part)(offer)]
    )
    if not found:
        known = "、".join(offer.task.name for offer in offers) or "暂时没有"
        raise TaskUnknown(text=part[:20], known=known)
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text[:200]) if _plain(part)]


def _matches(part: str) -> Callable[[Offer], bool]:
    plain = _plain(part)
    metrics = next((metrics for words, metrics in _KINDS if any(word in plain for word in words)), None)
    numbers = _DIGITS.findall(plain)

    # The month's live incentive is a programme of its own, beside the tasks that ask for time on air.
    incentive = metrics == _LIVE and "激励" in plain

    def test(offer: Offer) -> bool:
        name = _plain(offer.task.name)
        if incentive:
            return offer.program.id != LIFECYCLE and offer.task.metric in _LIVE
        if plain in name or name in plain or plain == offer.task.id:
            return True
        return (
            metrics is not None
            and offer.task.metric in metrics
            and all(number in _DIGITS.findall(name) for number in numbers)
        )

    return test


def _plain(text: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    for word in ("的任务", "任务", "一下", "那个", "这个", "原创", "相关", "的"):
        kept = kept.replace(word, "") or kept
    kept = "".join(_NUMERALS.get(c, c) for c in kept)
    return _TEN_THOUSANDS.sub(lambda found: f"{found[1]}0000", kept)
