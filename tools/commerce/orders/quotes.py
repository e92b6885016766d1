"""What peers ask for an order: median and quartiles with how many they are, or nothing when they are too few."""

from collections.abc import Sequence
from dataclasses import dataclass

# Below this a range would tell single people's prices, which only they and the brand may see (brand-orders-rules 3.3).
FEWEST_PEERS = 5
_ROUND_FEN = 10_00


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What the middle half of the peers asked, and the one in the middle; `peers` are creators, each counted once."""

    low_fen: int
    median_fen: int
    high_fen: int
    peers: int


def price_range(prices_fen: Sequence[int]) -> PriceRange | None:
    """Return the quartiles of one price a peer, rounded to ten yuan; None below FEWEST_PEERS.

    Quartiles by linear interpolation between the sorted prices (method 7 of Hyndman and Fan, as numpy's default).
    """
    if len(prices_fen) < FEWEST_PEERS:
        return None
    ordered = sorted(prices_fen)
    low, middle, high = (_rounded(_quartile(ordered, quarter)) for quarter in (1, 2, 3))
    return PriceRange(low, middle, high, len(ordered))


def median_fen(prices_fen: Sequence[int]) -> int | None:
    """Return the middle price of one's own history, the lower of two; None without one."""
    return sorted(prices_fen)[(len(prices_fen) - 1) // 2] if prices_fen else None


def _quartile(ordered: Sequence[int], quarter: int) -> int:
    place, rest = divmod((len(ordered) - 1) * quarter, 4)
    if not rest:
        return ordered[place]
    return ordered[place] + (ordered[place + 1] - ordered[place]) * rest // 4


def _rounded(fen: int) -> int:
    return max(_ROUND_FEN, (fen + _ROUND_FEN // 2) // _ROUND_FEN * _ROUND_FEN)
