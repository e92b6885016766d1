"""Where an account stands among its peers: accounts of its category with the nearest follower counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from tools.creators.figures import PeerFigures
from tools.kernel.money import rate_text

FEWEST_PEERS = 8
# Below this a peer's rate says more about chance than about the peer.
_FEWEST_PLAYS = 300
_BASIS_POINTS = 10_000


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


def place(own_bp: int, others_bp: Sequence[int], *, signed: bool = False) -> PeerPlace | None:
    """Return the place among the others, in basis points, or None when they are too few."""
    if len(others_bp) < FEWEST_PEERS:
        return None
    above = sum(other < own_bp for other in others_bp) * 100 // len(others_bp)
    median = median_low(others_bp)
    sign = "+" if signed and median > 0 else ""
    return PeerPlace(len(others_bp), sign + rate_text(median, _BASIS_POINTS), above)


def rate_place(part: int, plays: int, others: Sequence[tuple[int, int]]) -> PeerPlace | None:
    """Return the place of part / plays among the others' pairs of the same, those with few plays left out."""
    rates = [
        other_part * _BASIS_POINTS // other_plays
        for other_part, other_plays in others
        if other_plays >= _FEWEST_PLAYS
    ]
    return place(part * _BASIS_POINTS // plays, rates)


def play_changes(peers: Sequence[PeerFigures]) -> list[int]:
    """Return how each peer's plays changed against the period before, in basis points."""
    return [
        (each.plays - each.plays_before) * _BASIS_POINTS // each.plays_before
        for each in peers
        if each.plays_before >= _FEWEST_PLAYS
    ]
