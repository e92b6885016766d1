"""The ledger's daily income of every creator, handed to the creators room for comparisons between accounts."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session, aliased

from tools.creators import service as creators
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE, Period, last_days
from tools.payout.models import LedgerAccount, LedgerTransfer
from tools.payout.posting import Asset, OwnerKind, Purpose

# Reversals of older income are rare, and a diagnosis looks at 30 days.
_DAYS = 35
_BATCH = 5_000
_INCOME = tuple(purpose.value for purpose in Purpose if purpose.is_income)


def publish(session: Session, *, period: Period) -> int:
    """Store what each creator earned on each day of the period, as the ledger has it now; return how many rows.

    A day whose income was all taken back becomes 0. Publishing again changes nothing.
    """
    rows = _income_by_day(session, period=period)
    stored = 0
    while batch := list(islice(rows, _BATCH)):
        stored += creators.record_income(session, batch)
    return stored


def publish_daily(database: Database, now: datetime) -> None:
    """Publish the weeks before today; missed days are caught up."""
    on = now.astimezone(PLATFORM_ZONE).date()
    with database.writing() as session:
        publish(session, period=last_days(_DAYS, on=on))


def _income_by_day(session: Session, *, period: Period) -> Iterator[tuple[int, date, int]]:
    reversal = aliased(LedgerTransfer)
    taken_back = select(reversal.id).where(reversal.corrects == LedgerTransfer.key).exists()
    stands = (LedgerTransfer.state == "posted") & ~taken_back
    earned = cast(func.coalesce(func.sum(LedgerTransfer.amount).filter(stands), 0), BigInteger)
    rows = session.execute(
        select(LedgerAccount.owner, LedgerTransfer.day, earned)
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .where(
            LedgerAccount.owner_kind.in_([OwnerKind.UNSETTLED.value, OwnerKind.CREATOR.value]),
            LedgerAccount.asset == Asset.CASH.value,
            LedgerTransfer.purpose.in_(_INCOME),
            LedgerTransfer.day >= period.starts_on,
            LedgerTransfer.day < period.ends_on,
        )
        .group_by(LedgerAccount.owner, LedgerTransfer.day)
        .order_by(LedgerTransfer.day, LedgerAccount.owner)
    ).all()
    for owner, day, income_fen in rows:
        yield int(owner), day, income_fen
