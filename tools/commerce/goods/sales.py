"""What an order earns its creator, and when: the facts about an order put together in any sequence."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_BASIS: Final = 10_000
# product-matching-rules 2.3: seven days without questions begin the day after receipt; the money comes when they are over.
_RETURN_DAYS: Final = 7


class SaleState(StrEnum):
    """Where an order is; a refunded one stays refunded, whatever is heard of it later."""

    ORDERED = "ordered"
    RECEIVED = "received"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """What is known of an order: what was bought does not change, receipt and refund each have at most one day."""

    number: str
    creator_id: int
    product_id: int
    quantity: int
    paid_fen: int
    commission_bp: int
    bought_on: date
    received_on: date | None = None
    refunded_on: date | None = None

    @property
    def state(self) -> SaleState:
        """Where the order is."""
        if self.refunded_on is not None:
            return SaleState.REFUNDED
        return SaleState.ORDERED if self.received_on is None else SaleState.RECEIVED

    @property
    def commission_fen(self) -> int:
        """The commission at the rate of the order's moment, without the part of a fen."""
        return commission_fen(self.paid_fen, self.commission_bp)

    @property
    def earned_fen(self) -> int:
        """What the creator has earned by what is known: nothing before receipt, nothing after a refund."""
        return self.commission_fen if self.state is SaleState.RECEIVED else 0


class SaleContradictionError(ValueError):
    """Two things said of one order can't both be true; the text names the column."""

    def __init__(self, column: str, known: object) -> None:
        super().__init__(f"was {known} before")
        self.column = column


def commission_fen(paid_fen: int, commission_bp: int) -> int:
    """Return the commission of an amount, rounded down."""
    return paid_fen * commission_bp // _BASIS


def settles_on(received_on: date) -> date:
    """Return the first day on which the commission can be withdrawn."""
    return received_on + timedelta(days=_RETURN_DAYS + 1)


def together(known: SaleFacts, told: SaleFacts) -> SaleFacts:
    """Return all that is known of an order; the sequence in which it was told makes no difference.

    Raises SaleContradictionError when they disagree on what was bought or on a day.
    """
    for column in ("creator_id", "product_id", "quantity", "paid_fen", "commission_bp", "bought_on"):
        if getattr(known, column) != getattr(told, column):
            raise SaleContradictionError(column, getattr(known, column))
    for column in ("received_on", "refunded_on"):
        before, now = getattr(known, column), getattr(told, column)
        if before is not None and now is not None and before != now:
            raise SaleContradictionError(column, before)
    return replace(
        known,
        received_on=known.received_on or told.received_on,
        refunded_on=known.refunded_on or told.refunded_on,
    )
