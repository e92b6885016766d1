"""The account earns clearly less than most of its peers."""

from tools.creators.detectors.facts import INCOME_DAYS, AccountFacts
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Weight,
    day_text,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import FEWEST_PEERS, standing
from tools.kernel.money import yuan

_LEAST_SHORTFALL_BP = 5_000
# Below this the cohort itself hardly earns.
_LEAST_MEDIAN_FEN = 5_000


def _incomes(facts: AccountFacts) -> list[int]:
    return [peer.income_fen for peer in facts.peers if peer.income_fen is not None]


def _enough(facts: AccountFacts) -> bool:
    return facts.income_fen is not None and len(_incomes(facts)) >= FEWEST_PEERS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low income of 30 days; half of the peers' median at most, and in their lowest quarter."""
    own = facts.income_fen or 0
    found = standing(own, _incomes(facts), words=yuan)
    if found is None or own >= found.lower_quartile or found.median < _LEAST_MEDIAN_FEN:
        return None
    below = shortfall_bp(own, found.median)
    if below < _LEAST_SHORTFALL_BP:
        return None
    return Finding(
        "income_below_peers",
        "收入偏低",
        Weight.SIDE,
        below,
        Evidence(
            "收入",
            f"截至{day_text(facts.window.last_day)}的 {INCOME_DAYS} 天",
            f"{found.place.peers} 个有收入的账号",
            f"{yuan(own)} 元",
            None,
            found.place,
        ),
        "近 {days} 天收入 {income} 元，同类里有收入的账号中位数 {peer_median} 元，{peer_place}",
        "播放换成收入的路子可能还没打开，有些能报的激励没有报",
        "问我“有哪些激励我能报”，先把符合条件的报上",
        {"days": INCOME_DAYS, "income": yuan(own), **peer_facts(found.place)},
    )


DETECTOR = Detector("income_below_peers", "收入", _enough, evaluate)
