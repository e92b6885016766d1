"""What is wrong with an account: detectors over plain figures, each with its evidence, cause and next step.

A detector is `evaluate(facts) -> Finding | None` in the registry DETECTORS, with the least data it needs. The thresholds
are the platform's habits of speech, not laws: where one could be argued about, a comment says why it is there.
Every number that a finding says comes from its `facts`: its sentences are templates without digits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import median_low
from typing import assert_never

from tools.creators.figures import AccountFacts, longest_gap
from tools.creators.peers import FEWEST_PEERS, PeerPlace, place, play_changes, rate_place
from tools.kernel.db import Json
from tools.kernel.money import count_text, rate_text

# Below these a rate jumps by chance from day to day.
_FEWEST_PLAYS = 500
_FEWEST_DAYS = 3
_FEWEST_POSTS = 3
_FEWEST_PLAYED_WORKS = 5

_FALL_PERCENT, _STEEP_FALL_PERCENT = 20, 50
_COMPLETION_FALL_PERCENT = 15
_LOW_QUARTILE_PERCENT = 25
_LOWEST_DECILE_PERCENT = 10
# A work is recommended for about a week (policy traffic-distribution 3.2): a longer gap leaves nothing to recommend.
_GAP_DAYS, _LONG_GAP_DAYS = 7, 14
_GAP_LOOKBACK_DAYS = 30
_ONE_WORK_PERCENT, _ONE_WORK_SEVERE_PERCENT = 50, 75
_NOTICE_DAYS = 90
_STEEP_LOSS_PER_MILLE = 10


class Severity(StrEnum):
    """How much a finding costs the account, worst first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        match self:
            case Severity.HIGH:
                return 0
            case Severity.MEDIUM:
                return 1
            case Severity.LOW:
                return 2
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on: the metric in which window, from how large a sample, beside whom."""

    metric: str
    window: str
    sample: str
    value: str
    before: str | None = None
    peers: PeerPlace | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. The three sentences are templates over `facts`, which hold every number in them."""

    kind: str
    title: str
    severity: Severity
    evidence: Evidence
    statement: str
    cause: str
    next_step: str
    facts: Json = field(default_factory=dict)

    def words(self, template: str) -> str:
        """Return one of the sentences with its numbers."""
        return template.format_map(self.facts)


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector by the name of what it judges; it is asked only when `enough` says that there is data."""

    subject: str
    enough: Callable[[AccountFacts], bool]
    evaluate: Callable[[AccountFacts], Finding | None]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The findings, worst first, and what could not be judged for lack of data."""

    findings: tuple[Finding, ...]
    unjudged: tuple[str, ...]


def diagnose(facts: AccountFacts) -> Diagnosis:
    """Return what the detectors found, worst first; of equals, in the order of the registry."""
    judged = [detector for detector in DETECTORS if detector.enough(facts)]
    findings = [finding for detector in judged if (finding := detector.evaluate(facts))]
    unjudged = tuple(detector.subject for detector in DETECTORS if detector not in judged)
    return Diagnosis(tuple(sorted(findings, key=lambda finding: finding.severity.rank)), unjudged)


def change_text(now: int, before: int) -> str:
    """Return the change as a percentage with its sign, or "—" when there was nothing before."""
    if before <= 0:
        return "—"
    return f"+{rate_text(now - before, before)}" if now > before else rate_text(now - before, before)


def times_text(count: int) -> str:
    """Return a count of plays with its unit: 9037 次, 1.8 万次."""
    text = count_text(count)
    return f"{text} 次" if text[-1].isdigit() else f"{text}次"


def day_text(day: date) -> str:
    """Return a day as creators write it: 8月14日."""
    return f"{day.month}月{day.day}日"


def falling_plays(facts: AccountFacts) -> Finding | None:
    """Plays fell by a fifth or more against the period before."""
    now, before = facts.current.plays, facts.before.plays
    fall = (before - now) * 100
    if fall < _FALL_PERCENT * before:
        return None
    changes = play_changes(facts.peers)
    peers = place((now - before) * 10_000 // before, changes, signed=True)
    cause, next_step, more = _cause_of_fall(facts, changes)
    return Finding(
        "falling_plays",
        "播放下滑",
        Severity.HIGH if fall >= _STEEP_FALL_PERCENT * before else Severity.MEDIUM,
        Evidence("播放量", facts.window.words, f"{facts.current.days} 天", f"{now}", f"{before}", peers),
        "播放 {plays}，前 {span} 天是 {plays_before}，少了 {fall}"
        + _beside(peers, "同类账号的变化中位数是 {peer_median}"),
        cause,
        next_step,
        {
            "plays": times_text(now),
            "plays_before": times_text(before),
            "fall": rate_text(before - now, before),
            "span": facts.window.days,
            **_peer_facts(peers),
            **more,
        },
    )


def _cause_of_fall(facts: AccountFacts, peer_changes: Sequence[int]) -> tuple[str, str, Json]:
    """Return the likeliest cause, the step that answers it, and the numbers of both."""
    now, before = facts.current, facts.before
    best = {"best": facts.best.title} if facts.best else {}
    again = "这周先恢复更新" + (
        "，从近两个月播放最好的《{best}》换个角度再拍一条" if best else "，发一条你最拿手的选题"
    )
    if gap := _recent_gap(facts):
        return (
            "{gap_from}到{gap_until}没有发新作品，旧作品过了推荐期，播放就跟着掉",
            again,
            {**_gap_facts(gap), **best},
        )
    if now.works_published < before.works_published:
        posts = {"posts": now.works_published, "posts_before": before.works_published}
        return (
            "这段时间只发了 {posts} 条，前 {span} 天发了 {posts_before} 条，新作品少了",
            again,
            {**posts, **best},
        )
    if len(peer_changes) >= FEWEST_PEERS and median_low(peer_changes) * 100 <= -_FALL_PERCENT * 10_000:
        calm = "先不用大改，按原来的节奏发，盯住完播率有没有跟着变"
        return "同类账号也在一起降，更像是整体流量的波动", calm, {}
    compare = "拿{which}对照最近一条，选题和开头只改一处，再发一条看看"
    which = f"近两个月播放最好的《{facts.best.title}》" if facts.best else "以前播放好的作品"
    return "更新频率没变，多半是最近的选题或开头不如以前抓人", compare, {"which": which}


def falling_completion(facts: AccountFacts) -> Finding | None:
    """Completion fell by 15 % of itself, or is in the peers' lowest quarter."""
    now, before = facts.current, facts.before
    compared = _before_known(facts)
    fell = compared and (
        now.completed_plays * before.plays * 100
        <= before.completed_plays * now.plays * (100 - _COMPLETION_FALL_PERCENT)
    )
    peers = rate_place(
        now.completed_plays, now.plays, [(each.completed_plays, each.plays) for each in facts.peers]
    )
    low = peers is not None and peers.above_percent < _LOW_QUARTILE_PERCENT
    if not fell and not low:
        return None
    rate = rate_text(now.completed_plays, now.plays)
    rate_before = rate_text(before.completed_plays, before.plays)
    against = "，前 {span} 天是 {completion_before}" if compared else ""
    return Finding(
        "falling_completion",
        "完播偏低",
        Severity.HIGH if fell and low else Severity.MEDIUM,
        Evidence("完播率", facts.window.words, f"{now.plays} 次播放", rate, rate_before, peers),
        "完播率 {completion}" + against + _beside(peers, "同类账号中位数 {peer_median}，{peer_place}"),
        "最近的作品留不住人，多半是开头铺垫太长，或者比以前拍得更长",
        "下一条把最精彩的画面提到最前面，时长剪短一半，再看完播有没有回来",
        {
            "completion": rate,
            "completion_before": rate_before,
            "span": facts.window.days,
            **_peer_facts(peers),
        },
    )


def posting_gap(facts: AccountFacts) -> Finding | None:
    """No work came out for a week or longer, and the window or the one before it felt it."""
    if (gap := _recent_gap(facts)) is None:
        return None
    days = (gap[1] - gap[0]).days + 1
    still = gap[1] == facts.window.last_day
    return Finding(
        "posting_gap",
        "断更",
        Severity.HIGH if days >= _LONG_GAP_DAYS else Severity.MEDIUM,
        Evidence(
            "连续未发布天数",
            f"截至{day_text(facts.window.last_day)}的 {_GAP_LOOKBACK_DAYS} 天",
            f"{len(facts.posted_on)} 个发布日",
            f"{days}",
        ),
        "{gap_from}到{gap_until}连续 {gap_days} 天没发作品" + ("，到现在还没更新" if still else ""),
        "更新一断，关注页和推荐页都没有新内容可推，粉丝也容易忘",
        "先定一个做得到的节奏，比如每周固定两个晚上发，提前备好一条存货",
        _gap_facts(gap),
    )


def follower_loss(facts: AccountFacts) -> Finding | None:
    """More followers left than came."""
    now = facts.current
    if now.net_followers >= 0:
        return None
    net = -now.net_followers
    steep = net * 1_000 >= _STEEP_LOSS_PER_MILLE * max(facts.followers, 1)
    return Finding(
        "follower_loss",
        "掉粉",
        Severity.HIGH if steep else Severity.MEDIUM,
        Evidence(
            "净增粉丝", facts.window.words, f"{now.days} 天", f"-{net}", f"{facts.before.net_followers}"
        ),
        "新增 {gained} 个粉丝，取关 {lost} 个，净减 {net} 个",
        "没有新作品的时候，取关每天都有，新增却补不上"
        if now.works_published < _FEWEST_POSTS
        else "新作品的内容可能和老粉丝当初关注你的原因不太一样",
        "翻一下涨粉最多的那几条作品，接着拍同一类内容，结尾给一个关注你的理由",
        {"gained": f"{now.new_followers:,}", "lost": f"{now.lost_followers:,}", "net": f"{net:,}"},
    )


def low_interaction(facts: AccountFacts) -> Finding | None:
    """Likes, comments, shares and favourites per play are in the peers' lowest quarter."""
    now = facts.current
    peers = rate_place(now.interactions, now.plays, [(each.interactions, each.plays) for each in facts.peers])
    if peers is None or peers.above_percent >= _LOW_QUARTILE_PERCENT:
        return None
    rate = rate_text(now.interactions, now.plays)
    return Finding(
        "low_interaction",
        "互动偏低",
        Severity.MEDIUM if peers.above_percent < _LOWEST_DECILE_PERCENT else Severity.LOW,
        Evidence("互动率", facts.window.words, f"{now.plays} 次播放", rate, None, peers),
        "互动率 {interaction}" + _beside(peers, "同类账号中位数 {peer_median}，{peer_place}"),
        "看完的人没有被问到、也没有可说的话题",
        "下一条在结尾问一个具体的问题，发布后头一个小时逐条回评论",
        {"interaction": rate, **_peer_facts(peers)},
    )


def penalties(facts: AccountFacts) -> Finding | None:
    """There are penalties with points in the last half year, or a notice in the last quarter."""
    pointed = [each for each in facts.penalties if each.severity != "notice"]
    recent = facts.window.ends_on - timedelta(days=_NOTICE_DAYS)
    chosen = pointed or [each for each in facts.penalties if each.day >= recent]
    if not chosen:
        return None
    latest = max(chosen, key=lambda each: each.day)
    serious = any(each.severity == "serious" for each in chosen)
    severity = Severity.HIGH if serious else Severity.MEDIUM if pointed else Severity.LOW
    what = (
        "{penalties} 次记分处罚，最近一次在" if pointed else "收到 {penalties} 次提醒（不记分），最近一次在"
    )
    return Finding(
        "penalties",
        "违规记录" if pointed else "违规提醒",
        severity,
        Evidence(
            "处罚", "近半年" if pointed else "近三个月", f"{len(facts.penalties)} 条记录", f"{len(chosen)}"
        ),
        what + "{penalty_day}：{note}（{rule}）",
        "记分会影响推荐，也会挡住一部分激励" if pointed else "提醒不影响激励资格，但同样的问题再犯就会记分",
        "觉得判错了可以在光合助手里申诉；没判错就把旧作品里同样的写法一起改掉",
        {
            "penalties": len(chosen),
            "penalty_day": day_text(latest.day),
            "note": latest.note,
            "rule": latest.rule or f"{latest.policy} 第 {latest.clause} 条",
        },
    )


def one_work(facts: AccountFacts) -> Finding | None:
    """Half of all plays come from one work."""
    top, plays = facts.works[0], facts.current.plays
    if top.plays * 100 < _ONE_WORK_PERCENT * plays:
        return None
    share = rate_text(top.plays, plays)
    severe = top.plays * 100 >= _ONE_WORK_SEVERE_PERCENT * plays
    return Finding(
        "one_work",
        "播放靠一条作品撑着",
        Severity.MEDIUM if severe else Severity.LOW,
        Evidence("最高一条的播放占比", facts.window.words, f"{len(facts.works)} 条作品", share),
        "《{top}》一条就占了全部播放的 {share}",
        "这条热度一过，整个账号的播放会跟着掉",
        "趁热把《{top}》做成系列，同样的开头换个主角再拍两条",
        {"top": top.title, "share": share},
    )


def _beside(peers: PeerPlace | None, template: str) -> str:
    return f"；{template}（对比 {{peers}} 个领域、粉丝数相近的账号）" if peers else ""


def _peer_facts(peers: PeerPlace | None) -> Json:
    if peers is None:
        return {}
    return {"peers": peers.peers, "peer_median": peers.median, "peer_place": peers.words}


def _recent_gap(facts: AccountFacts) -> tuple[date, date] | None:
    since = facts.window.before().starts_on
    gap = longest_gap(
        facts.posted_on, until=facts.window.ends_on, lookback_days=_GAP_LOOKBACK_DAYS, since=since
    )
    return gap if gap and (gap[1] - gap[0]).days + 1 >= _GAP_DAYS else None


def _gap_facts(gap: tuple[date, date]) -> Json:
    return {
        "gap_from": day_text(gap[0]),
        "gap_until": day_text(gap[1]),
        "gap_days": (gap[1] - gap[0]).days + 1,
    }


def _before_known(facts: AccountFacts) -> bool:
    return facts.comparable and facts.before.plays >= _FEWEST_PLAYS


def _plays_known(facts: AccountFacts) -> bool:
    return facts.current.plays >= _FEWEST_PLAYS


DETECTORS = (
    Detector("播放变化", _before_known, falling_plays),
    Detector("完播率", _plays_known, falling_completion),
    Detector("更新频率", lambda facts: len(facts.posted_on) >= _FEWEST_POSTS, posting_gap),
    Detector("粉丝增减", lambda facts: facts.current.days >= _FEWEST_DAYS, follower_loss),
    Detector(
        "互动率", lambda facts: _plays_known(facts) and len(facts.peers) >= FEWEST_PEERS, low_interaction
    ),
    Detector("违规", lambda _facts: True, penalties),
    Detector(
        "流量集中度",
        lambda facts: _plays_known(facts) and len(facts.works) >= _FEWEST_PLAYED_WORKS,
        one_work,
    ),
)
