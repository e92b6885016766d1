"""Completion surely fell by 15 % of itself, or is surely in the peers' lowest quarter."""

from statistics import median_low

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import (
    FEWEST_PLAYS,
    Detector,
    Evidence,
    Finding,
    Weight,
    beside,
    enough_plays,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import low_share, rate_standing, wilson_bp
from tools.kernel.db import Json
from tools.kernel.money import rate_text

_FALL_PERCENT = 15
_FEWEST_WORKS = 3


def _completed(figures: Figures) -> tuple[int, int]:
    return figures.completed_plays, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low completion rate, beside the time before and the peers as far as they are known."""
    now, before = facts.current, facts.before
    rate_bp = now.completed_plays * 10_000 // now.plays
    compared = facts.comparable and before.plays >= FEWEST_PLAYS
    before_bp = before.completed_plays * 10_000 // before.plays if compared else 0
    _, highest = wilson_bp(*_completed(now))
    fell = compared and highest * 100 <= before_bp * (100 - _FALL_PERCENT)
    low = low_share(facts, _completed)
    if not fell and not low:
        return None
    standing = rate_standing(facts, _completed)
    peers = standing.place if standing else None
    against = "，前 {span} 天是 {completion_before}" if compared else ""
    cause, more = _cause(facts)
    rate, rate_before = rate_text(*_completed(now)), rate_text(*_completed(before))
    return Finding(
        "falling_completion",
        "完播下滑" if fell else "完播偏低",
        Weight.DRIVER,
        max(shortfall_bp(rate_bp, before_bp), shortfall_bp(rate_bp, low.median) if low else 0),
        Evidence("完播率", facts.window.words, f"{now.plays} 次播放", rate, rate_before, peers),
        "完播率 {completion}" + against + beside(peers),
        cause,
        "下一条把最精彩的画面提到最前面，时长剪到你播放好的作品那么长，再看完播有没有回来",
        {
            "completion": rate,
            "completion_before": rate_before,
            "span": facts.window.days,
            **peer_facts(peers),
            **more,
        },
    )


def _cause(facts: AccountFacts) -> tuple[str, Json]:
    """Return what the lengths say: works that came out in the period beside those of the 60 days before it."""
    first = facts.window.starts_on
    new = [work.seconds for work in facts.recent if work.published_at.date() >= first]
    old = [work.seconds for work in facts.recent if work.published_at.date() < first]
    if min(len(new), len(old)) >= _FEWEST_WORKS and median_low(new) * 2 >= median_low(old) * 3:
        lengths = {"seconds": median_low(new), "seconds_before": median_low(old)}
        return (
            "这段时间发的作品时长中位数是 {seconds} 秒，之前是 {seconds_before} 秒，拍长了，能看完的人往往会变少",
            lengths,
        )
    return "最近的作品留不住人，可能是开头铺垫太长", {}


DETECTOR = Detector("falling_completion", "完播率", enough_plays, evaluate)
