"""A sale of a course and its refund, in any order of events: never refunded twice, never more than was paid."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

_BASIS_POINTS = 10_000


class CourseState(StrEnum):
    """Where a course stands."""

    DRAFT = "draft"
    REVIEWING = "reviewing"
    REJECTED = "rejected"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The state as creators read it."""
        return _COURSE_WORDS[self]

    @property
    def next(self) -> frozenset["CourseState"]:
        """The states that may follow."""
        return _COURSE_NEXT[self]


_COURSE_WORDS: Mapping[CourseState, str] = {
    CourseState.DRAFT: "草稿，还没提交审核",
    CourseState.REVIEWING: "审核中",
    CourseState.REJECTED: "审核退回",
    CourseState.PUBLISHED: "已上架",
    CourseState.WITHDRAWN: "已下架",
}
_COURSE_NEXT: Mapping[CourseState, frozenset[CourseState]] = {
    CourseState.DRAFT: frozenset({CourseState.REVIEWING}),
    CourseState.REVIEWING: frozenset({CourseState.PUBLISHED, CourseState.REJECTED}),
    # Changed and handed in again as often as it takes (paid-course-rules 1.3).
    CourseState.REJECTED: frozenset({CourseState.REVIEWING}),
    CourseState.PUBLISHED: frozenset({CourseState.WITHDRAWN}),
    CourseState.WITHDRAWN: frozenset({CourseState.REVIEWING}),
}


class SaleState(StrEnum):
    """Where a sale stands."""

    PAID = "paid"
    ASKED = "asked"  # a refund beyond the rule: the two talk, then a person decides
    OWED = "owed"  # a refund is due and has not been taken from the creator yet
    REFUNDED = "refunded"  # all, or the part that was decided
    KEPT = "kept"  # the refund was refused for good

    @property
    def is_over(self) -> bool:
        """Whether no refund can come of it any more."""
        return self in (SaleState.REFUNDED, SaleState.KEPT)


class SaleEvent(StrEnum):
    """What happens to a sale."""

    ASK = "ask"
    GRANT = "grant"  # a person or the creator agrees to give `fen` back
    REFUSE = "refuse"
    LATE = "late"  # promised chapters did not come: the missing part is given back
    COLLECT = "collect"  # what is owed was taken back in the ledger


class SaleStepError(ValueError):
    """The event can't happen to a sale in this state."""


_FROM: Mapping[SaleEvent, frozenset[SaleState]] = {
    SaleEvent.ASK: frozenset({SaleState.PAID}),
    SaleEvent.GRANT: frozenset({SaleState.ASKED}),
    SaleEvent.REFUSE: frozenset({SaleState.ASKED}),
    SaleEvent.LATE: frozenset({SaleState.PAID, SaleState.ASKED}),
    SaleEvent.COLLECT: frozenset({SaleState.OWED}),
}


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale as the machine sees it; `refund_fen` is what is owed or was given back."""

    state: SaleState
    price_fen: int
    bought_at: datetime
    refund_fen: int = 0


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event with its moment; `progress_bp` is how much was watched, `fen` what shall be given back."""

    event: SaleEvent
    now: datetime
    progress_bp: int = 0
    fen: int = 0
    refund_days: int = 0
    refund_progress_bp: int = 0


def advance(sale: Sale, occurrence: Occurrence) -> Sale:
    """Return the sale after the event. Raises SaleStepError, then nothing has changed."""
    event = occurrence.event
    if sale.state not in _FROM[event]:
        raise SaleStepError(f"{event} does not follow {sale.state}")
    match event:
        case SaleEvent.ASK:
            return _asked(sale, occurrence)
        case SaleEvent.GRANT | SaleEvent.LATE:
            if not 0 < occurrence.fen <= sale.price_fen:
                raise SaleStepError(f"{occurrence.fen} is not from 1 to the price of {sale.price_fen}")
            return replace(sale, state=SaleState.OWED, refund_fen=occurrence.fen)
        case SaleEvent.REFUSE:
            return replace(sale, state=SaleState.KEPT)
        case SaleEvent.COLLECT:
            return replace(sale, state=SaleState.REFUNDED)
        case _:
            assert_never(event)


def is_free_refund(sale: Sale, occurrence: Occurrence) -> bool:
    """Whether the rule gives all back: within the days after buying and little of it watched (paid-course-rules 2.2)."""
    in_time = occurrence.now <= sale.bought_at + timedelta(days=occurrence.refund_days)
    return in_time and occurrence.progress_bp <= occurrence.refund_progress_bp


def late_fen(price_fen: int, *, promised: int, published: int) -> int:
    """Return what missing chapters are worth, rounded up for the buyer (paid-course-rules 2.3)."""
    assert 0 <= published <= promised
    assert promised > 0
    return -(-price_fen * (promised - published) // promised)


def fee_of(fen: int, *, fee_bp: int) -> int:
    """Return the platform's part; what does not divide stays with the creator."""
    return fen * fee_bp // _BASIS_POINTS


def _asked(sale: Sale, occurrence: Occurrence) -> Sale:
    if is_free_refund(sale, occurrence):
        return replace(sale, state=SaleState.OWED, refund_fen=sale.price_fen)
    return replace(sale, state=SaleState.ASKED)
