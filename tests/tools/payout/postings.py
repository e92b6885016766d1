"""Transfers that the tests post."""

from datetime import date

from sqlalchemy.orm import Session

from tools.payout import service
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose

AUDIENCE = Owner(OwnerKind.EXTERNAL, "audience")
BANK = Owner(OwnerKind.EXTERNAL, "bank")


def wallet(creator: int) -> Owner:
    return Owner(OwnerKind.CREATOR, str(creator))


def waiting(creator: int) -> Owner:
    return Owner(OwnerKind.UNSETTLED, str(creator))


def gift(
    key: str,
    *,
    to: int,
    fen: int,
    day: date = date(2022, 8, 10),
    settles_on: date | None = None,
    note: str = "",
) -> Posting:
    """Return live gifts: to the wallet at once, or with `settles_on` to what waits."""
    return Posting(
        key=key,
        debit=AUDIENCE,
        credit=waiting(to) if settles_on else wallet(to),
        asset=Asset.CASH,
        amount=fen,
        purpose=Purpose.LIVE_GIFTS,
        day=day,
        settles_on=settles_on,
        note=note,
    )


def incentive(
    key: str, *, to: int, fen: int, program: str = "guanghe", day: date = date(2022, 8, 7)
) -> Posting:
    """Return a programme's cash that settles on the 15th of the next month."""
    return Posting(
        key=key,
        debit=Owner(OwnerKind.EXTERNAL, f"program:{program}"),
        credit=waiting(to),
        asset=Asset.CASH,
        amount=fen,
        purpose=Purpose.INCENTIVE,
        day=day,
        program=program,
        settles_on=date(day.year, day.month + 1, 15),
    )


def payment(key: str, *, by: int, fen: int, day: date = date(2022, 8, 12)) -> Posting:
    """Return money that leaves the wallet for the bank."""
    return Posting(
        key=key,
        debit=wallet(by),
        credit=BANK,
        asset=Asset.CASH,
        amount=fen,
        purpose=Purpose.WITHDRAWAL,
        day=day,
    )


def held(session: Session, creator: int) -> tuple[int, int]:
    """Return what the creator can withdraw and what waits, in fen."""
    balance = service.balance(session, creator_id=creator)
    return balance.available_fen, balance.unsettled_fen
