"""People open the account's page, yet surely fewer of them follow than with peers, and fewer of the viewers do."""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Weight,
    beside,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import FEWEST_PEERS, low_share, rate_standing
from tools.kernel.money import rate_text

_FEWEST_VISITS = 200


def _followed(figures: Figures) -> tuple[int, int]:
    return figures.new_followers, figures.profile_views


def _followed_by_viewers(figures: Figures) -> tuple[int, int]:
    return figures.work_followers, figures.plays


def _enough(facts: AccountFacts) -> bool:
    return facts.current.profile_views >= _FEWEST_VISITS and len(facts.peers) >= FEWEST_PEERS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low share of visits that end in a follow; a work that many strangers see lowers it alone."""
    found, viewers = low_share(facts, _followed), rate_standing(facts, _followed_by_viewers)
    if found is None or viewers is None or viewers.own >= viewers.median:
        return None
    now = facts.current
    rate = rate_text(*_followed(now))
    return Finding(
        "visits_without_follows",
        "进了主页没关注",
        Weight.SIDE,
        shortfall_bp(found.own, found.median),
        Evidence(
            "主页访问关注率", facts.window.words, f"{now.profile_views} 次主页访问", rate, None, found.place
        ),
        "{visits} 次主页访问，新增关注是访问的 {rate}" + beside(found.place),
        "主页的头像、简介和置顶作品没有说清楚你是拍什么的",
        "把播放最好的作品置顶，简介写上拍什么、多久更一次",
        {"visits": f"{now.profile_views:,}", "rate": rate, **peer_facts(found.place)},
    )


DETECTOR = Detector("visits_without_follows", "主页转化", _enough, evaluate)
