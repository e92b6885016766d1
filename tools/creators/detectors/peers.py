"""Where an account stands among its peers: accounts of its category with the nearest follower counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median_low

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.kernel.money import rate_text

FEWEST_PEERS = 8
# Below this a peer's rate says more about chance than about the peer.
_FEWEST_PEER_PLAYS = 300
_WHOLE_BP = 10_000
# 95 %, both sides.
_Z = 1.96
# The lowest quarter of a cohort that hardly differs is no problem: a fifth below its middle at least.
_LEAST_SHORTFALL_PERCENT = 20

Ratio = Callable[[Figures], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PeerPlace:
    """Where the account stands among `peers` accounts: `above_percent` of them have less."""

    peers: int
    median: str
    above_percent: int

    @property
    def words(self) -> str:
        """The place in the creator's words."""
        return f"你高于其中 {self.above_percent}% 的账号" if self.above_percent else "其中几乎没有比你更低的"


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's rate beside its peers' quartiles, all in basis points (or any other whole unit)."""

    own: int
    lower_quartile: int
    median: int
    upper_quartile: int
    place: PeerPlace


def place(own: int, others: Sequence[int], *, words: Callable[[int], str]) -> PeerPlace | None:
    """Return the place among the others, or None when they are too few."""
    found = standing(own, others, words=words)
    return found.place if found else None


def standing(own: int, others: Sequence[int], *, words: Callable[[int], str]) -> Standing | None:
    """Return the value beside the quartiles of the others', or None when they are too few."""
    if len(others) < FEWEST_PEERS:
        return None
    ranked = sorted(others)
    middle = median_low(ranked)
    above = sum(other < own for other in ranked) * 100 // len(ranked)
    return Standing(
        own,
        ranked[(len(ranked) - 1) // 4],
        middle,
        ranked[(len(ranked) - 1) * 3 // 4],
        PeerPlace(len(ranked), words(middle), above),
    )


def rate_standing(facts: AccountFacts, ratio: Ratio) -> Standing | None:
    """Return the account's ratio (part, whole) of the period beside its peers', those with few plays left out."""
    part, whole = ratio(facts.current)
    if whole <= 0:
        return None
    rates = [
        _bp(*ratio(peer.figures))
        for peer in facts.peers
        if peer.figures.plays >= _FEWEST_PEER_PLAYS and ratio(peer.figures)[1] > 0
    ]
    return standing(_bp(part, whole), rates, words=bp_text)


def low_share(facts: AccountFacts, ratio: Ratio) -> Standing | None:
    """Return the standing where a share of plays is surely in the peers' lowest quarter, well below their median.

    Surely: the upper end of its Wilson interval is below the quartile. Plays of one work are alike, so the interval is
    narrower than the truth; the distance to the median makes up for that.
    """
    found = rate_standing(facts, ratio)
    if found is None or not well_below(found):
        return None
    _, highest = wilson_bp(*ratio(facts.current))
    return found if highest < found.lower_quartile else None


def well_below(found: Standing) -> bool:
    """Whether the value is a fifth or more below the peers' median."""
    return found.own * 100 <= found.median * (100 - _LEAST_SHORTFALL_PERCENT)


def wilson_bp(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of part / whole, in basis points (Wilson 1927, without correction)."""
    assert whole > 0
    share = min(max(part / whole, 0.0), 1.0)
    spread = _Z * sqrt(share * (1 - share) / whole + _Z**2 / (4 * whole**2))
    middle = share + _Z**2 / (2 * whole)
    scale = _WHOLE_BP / (1 + _Z**2 / whole)
    return (middle - spread) * scale, (middle + spread) * scale


def play_changes(facts: AccountFacts) -> list[int]:
    """Return how each peer's plays changed against the period before, in basis points."""
    return [
        (peer.figures.plays - peer.plays_before) * _WHOLE_BP // peer.plays_before
        for peer in facts.peers
        if peer.plays_before >= _FEWEST_PEER_PLAYS
    ]


def bp_text(rate_bp: int) -> str:
    """Return basis points as a percentage; small ones with the second decimal, which is all that they have."""
    if 0 < rate_bp < 100:  # noqa: PLR2004 - a percent
        return f"0.{rate_bp:02d}%"
    return rate_text(rate_bp, _WHOLE_BP)


def signed_bp_text(rate_bp: int) -> str:
    """Return basis points as a percentage with its sign."""
    return f"+{rate_text(rate_bp, _WHOLE_BP)}" if rate_bp > 0 else rate_text(rate_bp, _WHOLE_BP)


def _bp(part: int, whole: int) -> int:
    return part * _WHOLE_BP // whole
