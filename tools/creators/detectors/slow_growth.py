"""The account grows, but surely slower than most of its peers."""

from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import (
    FEWEST_DAYS,
    Detector,
    Evidence,
    Finding,
    Weight,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.follower_loss import lost_net
from tools.creators.detectors.growth import growth_standing, growth_text
from tools.creators.detectors.peers import FEWEST_PEERS, well_below

# A cohort that grows by less than half a percent has nothing to keep up with.
_LEAST_MEDIAN = 5_000
# Below this many who came, one good day would turn the finding around.
_FEWEST_EXPECTED = 30


def _enough(facts: AccountFacts) -> bool:
    return facts.current.days >= FEWEST_DAYS and len(facts.peers) >= FEWEST_PEERS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the slow growth; an account that loses followers is follower_loss's."""
    found = growth_standing(facts)
    if found is None or lost_net(facts) or found.own >= found.lower_quartile or not well_below(found):
        return None
    if found.median < _LEAST_MEDIAN or found.median * facts.followers < _FEWEST_EXPECTED * 1_000_000:
        return None
    now = facts.current
    return Finding(
        "slow_growth",
        "涨粉偏慢",
        Weight.SIDE,
        shortfall_bp(found.own, found.median),
        Evidence(
            "粉丝增长率",
            facts.window.words,
            f"{now.days} 天",
            growth_text(found.own),
            None,
            found.place,
        ),
        "粉丝增长 {growth}（净增 {net}），同类中位数 {peer_median}，{peer_place}",
        "看到你的人不算少，但给人的关注理由还不够明确",
        "对照涨粉最多的那条作品，下一条保留它的题材，结尾说清楚关注你能看到什么",
        {"growth": growth_text(found.own), "net": f"{now.net_followers:,}", **peer_facts(found.place)},
    )


DETECTOR = Detector("slow_growth", "涨粉速度", _enough, evaluate)
