"""The account surely publishes less than its peers, without a gap that explains it."""

from tools.creators.detectors import posting_gap
from tools.creators.detectors.facts import POSTING_DAYS, AccountFacts
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Weight,
    day_text,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import FEWEST_PEERS, standing, well_below

_FEWEST_DAYS = 14


def _enough(facts: AccountFacts) -> bool:
    # Hosts work on air: their rhythm is judged by live_gap.
    known = max(facts.current.days, facts.before.days) and len(facts.days) >= _FEWEST_DAYS
    return bool(known) and len(facts.peers) >= FEWEST_PEERS and not facts.live_on


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low count of works in four weeks; half of the peers' median at most, one or two more are chance."""
    if posting_gap.recent_gap(facts):
        return None
    own = facts.posted_in(POSTING_DAYS)
    first = facts.window.ends_on.toordinal() - POSTING_DAYS
    counts = [
        sum(
            first <= work.published_at.date().toordinal() < facts.window.ends_on.toordinal()
            for work in peer.works
        )
        for peer in facts.peers
    ]
    found = standing(own, counts, words=str)
    if found is None or own >= found.lower_quartile or not well_below(found) or own * 2 > found.median:
        return None
    return Finding(
        "rare_posting",
        "更新偏少",
        Weight.SIDE,
        shortfall_bp(own, found.median),
        Evidence(
            "发布作品数",
            f"截至{day_text(facts.window.last_day)}的 {POSTING_DAYS} 天",
            f"{POSTING_DAYS} 天",
            f"{own}",
            None,
            found.place,
        ),
        "{posting_days} 天发了 {posts} 条，同类中位数 {peer_median} 条，{peer_place}",
        "作品的推荐期一般就一周左右，发得少，大部分日子没有新作品在被推荐",
        "先把节奏提到每周多一条，从最容易拍的选题开始",
        {"posts": own, "posting_days": POSTING_DAYS, **peer_facts(found.place)},
    )


DETECTOR = Detector("rare_posting", "更新频率", _enough, evaluate)
