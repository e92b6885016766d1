"""Every SELECT about what creators got of a programme's caps."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Date, Select, and_, bindparam, cast, func, select, text
from sqlalchemy.orm import Session, aliased

from tools.kernel.period import Period
from tools.payout.many_values import account_amounts, among_ids, bound_amounts, bound_ids
from tools.payout.models import LedgerAccount, LedgerTransfer
from tools.payout.posting import OwnerKind, Purpose

_NEAR = """
SELECT wanted.account FROM {wanted} AS wanted WHERE wanted.amount + coalesce((
    SELECT sum(transfer.amount) FROM ledger_transfer AS transfer
    WHERE transfer.credit_account_id = wanted.account AND transfer.day >= :starts_on AND transfer.day < :ends_on
    AND transfer.program = :program AND transfer.purpose = :purpose AND transfer.state <> 'voided'
), 0) > :limit
"""


def near_limit(
    session: Session, wanted: Mapping[int, int], *, program: str, period: Period, limit: int
) -> list[int]:
    """Return the accounts that may pass the limit with what they want; what was taken back still counts here.

    One statement that adds up inside the database and answers with few accounts, none as a rule.
    """
    if not wanted:
        return []
    query = text(_NEAR.format(wanted=account_amounts(session))).bindparams(
        bindparam("starts_on", type_=Date), bindparam("ends_on", type_=Date)
    )
    rows = session.execute(
        query,
        {
            **bound_amounts(session, wanted),
            "starts_on": period.starts_on,
            "ends_on": period.ends_on,
            "program": program,
            "purpose": Purpose.INCENTIVE.value,
            "limit": limit,
        },
    )
    return list(rows.scalars())


def granted_to(
    session: Session, account_ids: Collection[int], *, program: str, period: Period
) -> dict[int, int]:
    """Return what these accounts got from the programme in the period: posted or pending, and not taken back."""
    query = (
        _rewards_that_stand()
        .with_only_columns(LedgerTransfer.credit_account_id, _sum_of_amounts())
        .where(
            among_ids(session, LedgerTransfer.credit_account_id, "accounts"),
            LedgerTransfer.program == program,
            LedgerTransfer.day >= period.starts_on,
            LedgerTransfer.day < period.ends_on,
        )
        .group_by(LedgerTransfer.credit_account_id)
    )
    rows = session.execute(query, {"accounts": bound_ids(session, account_ids)})
    return {row[0]: row[1] for row in rows}


def rewards_by_day(session: Session, *, program: str) -> list[tuple[str, str, date, int]]:
    """Return creator, asset, day and amount of what a programme gave its creators: posted or pending, not taken back."""
    rows = session.execute(
        _rewards_that_stand()
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .with_only_columns(LedgerAccount.owner, LedgerTransfer.asset, LedgerTransfer.day, _sum_of_amounts())
        .where(
            LedgerTransfer.program == program,
            LedgerAccount.owner_kind.in_([OwnerKind.UNSETTLED.value, OwnerKind.CREATOR.value]),
        )
        .group_by(LedgerAccount.owner, LedgerTransfer.asset, LedgerTransfer.day)
        .order_by(LedgerAccount.owner, LedgerTransfer.asset, LedgerTransfer.day)
    )
    return [(owner, asset, day, amount) for owner, asset, day, amount in rows]


def _rewards_that_stand() -> Select[int]:
    taken_back = aliased(LedgerTransfer)
    return (
        select(LedgerTransfer.id)
        .outerjoin(taken_back, and_(taken_back.corrects == LedgerTransfer.key, taken_back.state == "posted"))
        .where(
            LedgerTransfer.purpose == Purpose.INCENTIVE.value,
            LedgerTransfer.state != "voided",
            taken_back.id.is_(None),
        )
    )


def _sum_of_amounts() -> ColumnElement[int]:
    # PostgreSQL sums bigint into numeric: the cast keeps money a whole number on both databases.
    return cast(func.sum(LedgerTransfer.amount), BigInteger)
