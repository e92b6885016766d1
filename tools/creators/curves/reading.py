"""What a curve says: who stays, where more leave, like or watch again than around it. Pure; counts in, counts out.

A moment is a second that stands out from a baseline of other seconds of the same work. Its count is compared through
Poisson bounds (Byar's approximation, Breslow & Day 1987), so that a small count is no moment however high its share.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt
from typing import assert_never

from tools.creators.curves.comparison import Rates
from tools.creators.curves.lengths import finish_of

# Below this the curve is only chance (policy second-by-second 2.1).
FEWEST_VIEWERS = 100
# One in a thousand and a bit: a work has some dozens of seconds, and a false moment sends a creator to the wrong cut.
_Z = 3.0
_FEWEST_EVENTS = 5
_CLEARLY_PERCENT = 130
# The opening has a rate of its own, retention; nobody is surprised that people leave there.
_OPENING_SECONDS = 3
_AROUND = 6
_REPLAY_APART = 5
_FEWEST_BASELINE_SECONDS = 4


class MomentKind(StrEnum):
    """What happens more often at a moment."""

    EXIT = "exit"
    LIKE = "like"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Curve:
    """Counts for each second of a work, its very end included, over some days.

    `plays` are the rows that began at second 0; `reached` adds up the different viewers of each day.
    """

    days: tuple[date, ...]
    plays: int
    reached: int
    viewers: tuple[int, ...]
    likes: tuple[int, ...]
    exits: tuple[int, ...]
    replays: tuple[int, ...]

    @property
    def duration(self) -> int:
        """The work's length in seconds."""
        return len(self.viewers) - 1

    @property
    def started(self) -> int:
        """How many viewers saw second 0."""
        return self.viewers[0]

    def playing(self, second: int) -> int:
        """Return how many plays cover a second: each of them may end, like or go on there."""
        return self.viewers[second] + self.replays[second]


@dataclass(frozen=True, slots=True)
class Moment:
    """A second (the highest of `first` to `last`) with `count` events in `of` chances, and its baseline's."""

    kind: MomentKind
    second: int
    first: int
    last: int
    count: int
    of: int
    baseline_count: int
    baseline_of: int

    @property
    def times_tenths(self) -> int:
        """How many times the baseline's share, in tenths, cut; a baseline without an event is taken to have one."""
        return 10 * self.count * self.baseline_of // (self.of * max(self.baseline_count, 1))

    @property
    def excess(self) -> float:
        """How many events more than at the baseline's share."""
        return self.count - self.of * self.baseline_count / self.baseline_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What the curve says; the moments of each kind come with the largest excess first."""

    rates: Rates
    exits: tuple[Moment, ...]
    likes: tuple[Moment, ...]
    replays: tuple[Moment, ...]


def rates_of(curve: Curve) -> Rates:
    """Return the curve's sums that make works comparable."""
    last = curve.duration
    return Rates(
        started=curve.started,
        stayed_3=curve.viewers[min(3, last)],
        stayed_5=curve.viewers[min(5, last)],
        finished=curve.viewers[finish_of(last)],
        seen_positions=sum(curve.viewers),
        viewers=curve.reached,
        positions=last + 1,
    )


def read(curve: Curve) -> Reading | None:
    """Return the reading, or None below FEWEST_VIEWERS viewers at the first second."""
    if curve.started < FEWEST_VIEWERS:
        return None
    return Reading(
        rates_of(curve),
        exits=_moments(curve, MomentKind.EXIT),
        likes=_moments(curve, MomentKind.LIKE),
        replays=_moments(curve, MomentKind.REPLAY),
    )


def poisson_low(count: int) -> float:
    """Return the lower bound of a Poisson mean of which `count` was seen, at three standard deviations."""
    if count == 0:
        return 0.0
    return count * max(0.0, 1 - 1 / (9 * count) - _Z / (3 * sqrt(count))) ** 3


def _moments(curve: Curve, kind: MomentKind) -> tuple[Moment, ...]:
    counts, chances, seconds, baseline = _looked_at(curve, kind)
    found: list[Moment] = []
    for second in seconds:
        around = [other for other in seconds if baseline(second, other)]
        if len(around) < _FEWEST_BASELINE_SECONDS or not chances[second]:
            continue
        moment = Moment(
            kind,
            second,
            second,
            second,
            count=counts[second],
            of=chances[second],
            baseline_count=sum(counts[other] for other in around),
            baseline_of=sum(chances[other] for other in around),
        )
        if moment.baseline_of and _stands_out(moment):
            found.append(moment)
    return tuple(sorted(_joined(found), key=lambda moment: (-moment.excess, moment.second)))


def _looked_at(
    curve: Curve, kind: MomentKind
) -> tuple[Sequence[int], Sequence[int], range, Callable[[int, int], bool]]:
    """Return events, chances and seconds of a kind, and whether another second belongs to a second's baseline."""
    playing = [curve.playing(second) for second in range(len(curve.viewers))]

    def near(second: int, other: int) -> bool:
        return 1 < abs(other - second) <= _AROUND

    def apart(second: int, other: int) -> bool:
        return abs(other - second) > _REPLAY_APART

    match kind:
        case MomentKind.EXIT:
            # Who leaves after the finish has seen the work.
            return curve.exits, playing, range(_OPENING_SECONDS, finish_of(curve.duration)), near
        case MomentKind.LIKE:
            return curve.likes, playing, range(len(curve.viewers)), near
        case MomentKind.REPLAY:
            # A stretch that is watched again is long: it is compared with the rest of the work.
            return curve.replays, curve.viewers, range(len(curve.viewers)), apart
        case _:
            assert_never(kind)


def _stands_out(moment: Moment) -> bool:
    expected = moment.of * moment.baseline_count / moment.baseline_of
    return moment.count >= _FEWEST_EVENTS and poisson_low(moment.count) * 100 > expected * _CLEARLY_PERCENT


def _joined(moments: Sequence[Moment]) -> list[Moment]:
    """Return neighbouring moments as one, at the second with the highest share."""
    joined: list[list[Moment]] = []
    for moment in moments:
        if joined and moment.second - joined[-1][-1].second == 1:
            joined[-1].append(moment)
        else:
            joined.append([moment])
    return [_peak(group) for group in joined]


def _peak(group: Sequence[Moment]) -> Moment:
    top = max(group, key=lambda moment: (moment.count / moment.of, -moment.second))
    return Moment(
        top.kind,
        top.second,
        group[0].second,
        group[-1].second,
        top.count,
        top.of,
        top.baseline_count,
        top.baseline_of,
    )
