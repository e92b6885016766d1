"""Works of peers do clearly better in hours at which this account never publishes.

A work counts in parts of its creator's own median, so that large accounts do not decide what a good hour is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, median_low

from tools.creators.detectors.facts import HABIT_DAYS, PEER_HABIT_DAYS, AccountFacts, Peer
from tools.creators.detectors.finding import Detector, Evidence, Finding, Rule, Weight, day_text

# From each hour until before the next.
_SLOTS = (0, 6, 9, 11, 14, 17, 19, 21, 24)
_SLOT_OF_HOUR = tuple(sum(hour >= starts for starts in _SLOTS[1:]) for hour in range(24))
_FEWEST_OWN = 8
_FEWEST_WORKS_A_PEER = 4
_FEWEST_WORKS_A_SLOT = 20
_FEWEST_PEERS_A_SLOT = 8
_BETTER_PERCENT = 125
_RARELY_PERCENT = 10


@dataclass(frozen=True, slots=True)
class _Slot:
    """How works of one slot did beside their creators' medians, in percent."""

    number: int
    works: int
    peers: int
    percent: int


def _enough(facts: AccountFacts) -> bool:
    known = sum(len(peer.works) >= _FEWEST_WORKS_A_PEER for peer in facts.peers)
    return len(_own(facts)) >= _FEWEST_OWN and known >= _FEWEST_PEERS_A_SLOT


def _own(facts: AccountFacts) -> list[int]:
    return [_slot(work.published_at.hour) for work in facts.recent]


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the best slot where it is clearly better than the account's own, and hardly used."""
    own, slots = _own(facts), _slots(facts.peers)
    if not slots:
        return None
    best = max(slots.values(), key=lambda slot: (slot.percent, slot.works))
    habit = max(set(own), key=lambda number: (own.count(number), -number))
    usual = slots.get(habit)
    rarely = own.count(best.number) * 100 <= _RARELY_PERCENT * len(own)
    if usual is None or not rarely or best.percent * 100 < usual.percent * _BETTER_PERCENT:
        return None
    return Finding(
        "unused_hours",
        "好时段没用上",
        Weight.SIDE,
        min((best.percent - usual.percent) * 10_000 // best.percent, 10_000),
        Evidence(
            "同类作品播放与各自中位数之比",
            f"截至{day_text(facts.window.last_day)}的 {PEER_HABIT_DAYS} 天",
            f"{best.works} 条作品，{best.peers} 个账号",
            f"{best.percent}%",
            f"{usual.percent}%",
        ),
        "同类 {peers} 个账号在 {best_from} 点到 {best_until} 点发的 {works} 条，播放是各自平时的 {best_percent}%；"
        "你常发的 {usual_from} 点到 {usual_until} 点是 {usual_percent}%（{usual_works} 条），"
        "近 {days} 天你的 {own} 条里只有 {own_best} 条在那个时段",
        "那个时段发的作品在同类里播放更好，你还没怎么试过；这只是同类的规律，不保证对你也成立",
        "下两条改到 {best_from} 点到 {best_until} 点发，和平时的头三天播放比一比",
        {
            "peers": best.peers,
            "works": best.works,
            "best_percent": best.percent,
            "usual_percent": usual.percent,
            "usual_works": usual.works,
            "days": HABIT_DAYS,
            "own": len(own),
            "own_best": own.count(best.number),
            **{f"best_{name}": hour for name, hour in _hours(best.number)},
            **{f"usual_{name}": hour for name, hour in _hours(habit)},
        },
        rule=Rule("traffic-distribution", "3.2", facts.window.last_day),
    )


def _slots(peers: Sequence[Peer]) -> dict[int, _Slot]:
    """Return the slots with enough works of enough accounts."""
    ratios: dict[int, list[float]] = {}
    accounts: dict[int, set[int]] = {}
    for number, peer in enumerate(peers):
        works = [work for work in peer.works if work.plays]
        if len(works) < _FEWEST_WORKS_A_PEER:
            continue
        middle = median_low([work.plays for work in works])
        for work in works:
            slot = _slot(work.published_at.hour)
            ratios.setdefault(slot, []).append(work.plays / middle)
            accounts.setdefault(slot, set()).add(number)
    return {
        slot: _Slot(slot, len(found), len(accounts[slot]), int(median(found) * 100))
        for slot, found in ratios.items()
        if len(found) >= _FEWEST_WORKS_A_SLOT and len(accounts[slot]) >= _FEWEST_PEERS_A_SLOT
    }


def _slot(hour: int) -> int:
    return _SLOT_OF_HOUR[hour]


def _hours(slot: int) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("from", _SLOTS[slot]), ("until", _SLOTS[slot + 1])


DETECTOR = Detector("unused_hours", "发布时段", _enough, evaluate)
