"""The one thing to do next after a reading. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tools.creators.curves.comparison import Measure, Place
from tools.creators.curves.reading import Moment, Reading

# In the lowest quarter of comparable works, or five points under the own usual: the opening is the problem.
_WEAK_PERCENT = 25
_WEAK_BP = 500


class Step(StrEnum):
    """What to do next."""

    OPENING = "opening"
    CUT = "cut"
    REUSE = "reuse"
    EXPLAIN = "explain"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Advice:
    """The next step, and the moment it is about, if it is about one."""

    step: Step
    moment: Moment | None = None


def advise(reading: Reading, *, own: Sequence[Place], peers: Sequence[Place]) -> Advice:
    """Return the step that the numbers support most: a weak opening loses more people than any second after it."""
    like = reading.likes[0] if reading.likes else None
    if _is_weak(Measure.RETENTION_3, own, peers):
        return Advice(Step.OPENING, like)
    if reading.exits:
        return Advice(Step.CUT, reading.exits[0])
    if like:
        return Advice(Step.REUSE, like)
    if reading.replays:
        return Advice(Step.EXPLAIN, reading.replays[0])
    return Advice(Step.KEEP)


def _is_weak(measure: Measure, own: Sequence[Place], peers: Sequence[Place]) -> bool:
    behind_peers = any(place.measure is measure and place.below_percent < _WEAK_PERCENT for place in peers)
    behind_self = any(
        place.measure is measure and place.median_bp - place.own_bp >= _WEAK_BP for place in own
    )
    return behind_peers or behind_self
