"""Every SELECT about what creators got of a programme's caps."""

import json
from collections.abc import Collection
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from tools.kernel.period import Period
from tools.payout.budget_queries import on_postgresql
from tools.payout.models import LedgerAccount, LedgerTransfer
from tools.payout.posting import OwnerKind, Purpose


def granted_to(
    session: Session, account_ids: Collection[int], *, program: str, period: Period
) -> dict[int, int]:
    """Return what these accounts got from the programme in the period: posted or pending, and not taken back."""
    query = (
        _rewards_that_stand()
        .with_only_columns(LedgerTransfer.credit_account_id, _sum_of_amounts())
        .where(
            _credits_one_of(session),
            LedgerTransfer.program == program,
            LedgerTransfer.day >= period.starts_on,
            LedgerTransfer.day < period.ends_on,
        )
        .group_by(LedgerTransfer.credit_account_id)
    )
    ids = sorted(account_ids)
    rows = session.execute(query, {"accounts": ids if on_postgresql(session) else json.dumps(ids)})
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


def _credits_one_of(session: Session) -> ColumnElement[bool]:
    """Return the test against one parameter that stands for many ids: the statement is the same for any number."""
    column = LedgerTransfer.credit_account_id
    if on_postgresql(session):
        return column == func.any(bindparam("accounts", type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam("accounts", type_=Text)).table_valued("value").c.value))
