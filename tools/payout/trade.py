"""The ledger's door for orders, goods and courses: what a business earns a creator, the platform's share, taking back.

The rooms above know their businesses; which accounts move, and in which order, is known here.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tools.kernel.period import PLATFORM_ZONE
from tools.payout import ledger, queries, service, trade_queries
from tools.payout.posting import (
    Asset,
    OverdrawnError,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
    settlement,
)

_FEE_SUFFIX = ":fee"
_PLATFORM = Owner(OwnerKind.EXTERNAL, "platform_fees")


class NotCoveredError(ValueError):
    """The account that would have to give does not hold enough; nothing was posted."""


@dataclass(frozen=True, slots=True)
class Earning:
    """What somebody pays for a creator's work: `gross_fen`, of which the platform keeps `fee_fen`.

    `key` makes it happen once; `payer` is a buyer's side of the business, or the pool of a brief.
    """

    key: str
    creator_id: int
    purpose: Purpose
    payer: Owner
    gross_fen: int
    fee_fen: int
    day: date
    settles_on: date
    source: str
    note: str = ""
    rules_from: date | None = None

    def __post_init__(self) -> None:
        assert self.purpose.is_income, f"{self.key}: {self.purpose} is no income"
        assert 0 <= self.fee_fen <= self.gross_fen, f"{self.key}: fee {self.fee_fen} of {self.gross_fen}"
        assert self.gross_fen > 0, f"{self.key}: nothing is paid"


def buyers(business: str) -> Owner:
    """Return the world's side of a business: its buyers together."""
    return Owner(OwnerKind.EXTERNAL, business)


def pool(name: str) -> Owner:
    """Return the pool that holds what a brand has paid in for a brief."""
    return Owner(OwnerKind.BUDGET, name)


def legs(earning: Earning) -> list[Posting]:
    """Return the movements of an earning: the creator's part, which waits for its day, and the platform's."""
    parts = (
        (
            earning.key,
            Owner(OwnerKind.UNSETTLED, str(earning.creator_id)),
            earning.gross_fen - earning.fee_fen,
        ),
        (earning.key + _FEE_SUFFIX, _PLATFORM, earning.fee_fen),
    )
    return [
        Posting(
            key=key,
            debit=earning.payer,
            credit=credit,
            asset=Asset.CASH,
            amount=amount,
            purpose=Purpose.SERVICE_FEE if credit == _PLATFORM else earning.purpose,
            day=earning.day,
            settles_on=None if credit == _PLATFORM else earning.settles_on,
            source=earning.source,
            note=earning.note,
            rules_from=earning.rules_from,
        )
        for key, credit, amount in parts
        if amount
    ]


def earn(session: Session, earning: Earning, *, now: datetime) -> bool:
    """Pay the creator and the platform; False when it was done before. Raises NotCoveredError.

    Income whose day has come already is withdrawable at once.
    """
    postings = legs(earning)
    if earning.settles_on <= now.astimezone(PLATFORM_ZONE).date():
        postings += [settlement(leg) for leg in postings if leg.credit.kind is OwnerKind.UNSETTLED]
    return _post(session, postings, now=now)


def take_back(session: Session, *, key: str, reason: str, now: datetime) -> None:
    """Give the payer back all of an earning, the platform's share included; again changes nothing.

    What is settled comes out of the creator's wallet. Raises NotCoveredError when that does not hold it.
    """
    try:
        for leg in (key, key + _FEE_SUFFIX):
            if trade_queries.is_posted(session, key=leg):
                ledger.reverse_transfer(session, key=leg, reason=reason, now=now)
    except OverdrawnError as error:
        raise NotCoveredError(str(error)) from error


def fill_pool(session: Session, *, name: str, payer: str, fen: int, day: date, now: datetime) -> bool:
    """Pay a brand's money into its brief's pool; False when it was there."""
    return _post(session, [_pool_move(name, payer, fen, day, into=True)], now=now)


def empty_pool(session: Session, *, name: str, payer: str, fen: int, day: date, now: datetime) -> bool:
    """Give the brand back what is left; False when it was done before. Raises NotCoveredError."""
    return _post(session, [_pool_move(name, payer, fen, day, into=False)], now=now)


def pool_fen(session: Session, *, name: str) -> int:
    """Return what a brief's pool holds."""
    ids = queries.accounts(session, {(pool(name), Asset.CASH)})
    return sum(queries.balances(session, ids.values()).values())


def booked(session: Session, *, prefix: str) -> dict[str, trade_queries.Booked]:
    """Return the posted transfers whose key begins with `prefix`, by key: for the audit of a business."""
    return trade_queries.booked(session, prefix=prefix)


def incomes(
    session: Session, *, purpose: Purpose, creator_id: int | None = None
) -> list[trade_queries.Income]:
    """Return the posted incomes of a purpose, oldest first, of one creator when given."""
    return trade_queries.incomes(session, purpose=purpose, creator_id=creator_id)


def fee_key(key: str) -> str:
    """Return the key of the platform's part of an earning."""
    return key + _FEE_SUFFIX


def _pool_move(name: str, payer: str, fen: int, day: date, *, into: bool) -> Posting:
    brand = Owner(OwnerKind.EXTERNAL, payer)
    return Posting(
        key=f"{'fund' if into else 'rest'}:{name}",
        debit=brand if into else pool(name),
        credit=pool(name) if into else brand,
        asset=Asset.CASH,
        amount=fen,
        purpose=Purpose.FUNDING if into else Purpose.REFUND,
        day=day,
        source=name,
    )


def _post(session: Session, postings: list[Posting], *, now: datetime) -> bool:
    try:
        return service.post_transfers(session, postings, now=now) > 0
    except OverdrawnError as error:
        raise NotCoveredError(str(error)) from error
