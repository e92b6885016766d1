"""Plays fell by a fifth or more against the period before, below the lowest quarter of the periods before that."""

from collections.abc import Sequence
from datetime import date
from statistics import median_low

from tools.creators.detectors import posting_gap
from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import (
    FEWEST_PLAYS,
    Detector,
    Evidence,
    Finding,
    Weight,
    day_text,
    peer_facts,
    shortfall_bp,
    times_text,
)
from tools.creators.detectors.peers import FEWEST_PEERS, place, play_changes, signed_bp_text
from tools.kernel.db import Json
from tools.kernel.money import rate_text

_FALL_BP = 2_000
# Plays of single works differ so much that weeks do too: where this many are known, a fall is below most of them.
_FEWEST_EARLIER = 3


def _enough(facts: AccountFacts) -> bool:
    return facts.comparable and facts.before.plays >= FEWEST_PLAYS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the fall with the likeliest of its causes: a gap, fewer works, everybody's fall, or the works."""
    now, before = facts.current.plays, facts.before.plays
    fall_bp = shortfall_bp(now, before)
    if fall_bp < _FALL_BP or _is_usual(facts):
        return None
    changes = play_changes(facts)
    peers = place((now - before) * 10_000 // before, changes, words=signed_bp_text)
    cause, next_step, more = _cause(facts, changes)
    return Finding(
        "falling_plays",
        "播放下滑",
        Weight.DIRECT,
        fall_bp,
        Evidence("播放量", facts.window.words, f"{facts.current.days} 天", f"{now}", f"{before}", peers),
        "播放 {plays}，前 {span} 天是 {plays_before}，少了 {fall}"
        + ("，同类的变化中位数是 {peer_median}" if peers else ""),
        cause,
        next_step,
        {
            "plays": times_text(now),
            "plays_before": times_text(before),
            "fall": rate_text(before - now, before),
            "span": facts.window.days,
            **peer_facts(peers),
            **more,
        },
    )


def _is_usual(facts: AccountFacts) -> bool:
    """Whether as few plays as now were there in a quarter of the earlier periods."""
    earlier = sorted(facts.earlier_plays)
    return len(earlier) >= _FEWEST_EARLIER and facts.current.plays >= earlier[(len(earlier) - 1) // 4]


def _cause(facts: AccountFacts, peer_changes: Sequence[int]) -> tuple[str, str, Json]:
    now, before = facts.current, facts.before
    best = {"best": facts.best.title} if facts.best else {}
    again = "这周先恢复更新" + (
        "，从近两个月播放最好的《{best}》换个角度再拍一条" if best else "，发一条你最拿手的选题"
    )
    if gap := posting_gap.recent_gap(facts):
        words = "{gap_from}到{gap_until}没有发新作品，旧作品过了推荐期，没有新的接上"
        return words, again, {**_days(gap), **best}
    if now.works_published < before.works_published:
        posts = {"posts": now.works_published, "posts_before": before.works_published}
        words = "这段时间只发了 {posts} 条，前 {span} 天发了 {posts_before} 条，新作品少了"
        return words, again, {**posts, **best}
    if len(peer_changes) >= FEWEST_PEERS and median_low(peer_changes) <= -_FALL_BP:
        calm = "先不用大改，按原来的节奏发，盯住完播率有没有跟着变"
        return "同类账号也在一起降，更像是整体流量的波动", calm, {}
    compare = "拿{which}对照最近一条，选题和开头只改一处，再发一条看看"
    which = f"近两个月播放最好的《{facts.best.title}》" if facts.best else "以前播放好的作品"
    return "更新频率没变，可能是最近的选题或开头不如以前抓人", compare, {"which": which}


def _days(gap: tuple[date, date]) -> Json:
    return {"gap_from": day_text(gap[0]), "gap_until": day_text(gap[1])}


DETECTOR = Detector("falling_plays", "播放变化", _enough, evaluate)
