"""Followers watch surely less than with peers, as a share of the plays and for each follower."""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Weight,
    beside,
    enough_plays,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import low_share, standing, well_below
from tools.kernel.money import rate_text


def _by_followers(figures: Figures) -> tuple[int, int]:
    return figures.follower_plays, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low share; a work that strangers love lowers the share alone and is no problem."""
    found = low_share(facts, _by_followers)
    if found is None:
        return None
    now = facts.current
    each = standing(
        _per_thousand(now, facts.followers),
        [_per_thousand(peer.figures, peer.followers) for peer in facts.peers],
        words=str,
    )
    if each is None or not well_below(each):
        return None
    share = rate_text(*_by_followers(now))
    return Finding(
        "low_follower_views",
        "老粉不怎么看",
        Weight.DRIVER,
        min(shortfall_bp(found.own, found.median), shortfall_bp(each.own, each.median)),
        Evidence("粉丝播放占比", facts.window.words, f"{now.plays} 次播放", share, None, found.place),
        "播放里只有 {follower_share} 来自粉丝"
        + beside(found.place)
        + "；{per} 个粉丝这段时间一共播放 {each} 次",
        "粉丝刷到了却没点开，或者新内容和当初吸引他们的不是一回事",
        "发一条老粉最熟悉的内容，在评论区问问他们最想看什么",
        {"follower_share": share, "per": "1,000", "each": f"{each.own:,}", **peer_facts(found.place)},
    )


def _per_thousand(figures: Figures, followers: int) -> int:
    return figures.follower_plays * 1_000 // max(followers, 1)


DETECTOR = Detector("low_follower_views", "粉丝播放占比", enough_plays, evaluate)
