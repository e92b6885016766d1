"""Every SELECT of withdrawals, the accounts they go to, and what holds them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tools.kernel.period import PLATFORM_ZONE
from tools.payout.models import (
    BankAccount,
    BankAnswer,
    LedgerAccount,
    LedgerTransfer,
    PayoutHold,
    Withdrawal,
)
from tools.payout.posting import Purpose
from tools.payout.withdrawals import WithdrawalState

_BATCH = 5_000
_COUNTING = tuple(state.value for state in WithdrawalState if state is not WithdrawalState.RETURNED)


def bank_account(session: Session, *, creator_id: int) -> BankAccount | None:
    """Return where the creator's money goes."""
    return session.get(BankAccount, creator_id)


def open_holds(session: Session, *, creator_id: int) -> Sequence[PayoutHold]:
    """Return what holds the creator's money, the oldest first."""
    return session.scalars(
        select(PayoutHold)
        .where(PayoutHold.creator_id == creator_id, PayoutHold.released_at.is_(None))
        .order_by(PayoutHold.id)
    ).all()


def counting_on(session: Session, *, creator_id: int, day: date) -> Withdrawal | None:
    """Return the creator's withdrawal of that day; only one that the bank returned counts no more (withdrawal-rules 1.2)."""
    begins_at = datetime(day.year, day.month, day.day, tzinfo=PLATFORM_ZONE)
    return session.scalar(
        select(Withdrawal)
        .where(
            Withdrawal.creator_id == creator_id,
            Withdrawal.state.in_(_COUNTING),
            Withdrawal.requested_at >= begins_at,
            Withdrawal.requested_at < begins_at + timedelta(days=1),
        )
        .limit(1)
    )


def under_way(session: Session, *, creator_id: int) -> Sequence[Withdrawal]:
    """Return the creator's withdrawals without an answer, the newest first."""
    states = (WithdrawalState.REQUESTED.value, WithdrawalState.SENT.value)
    return session.scalars(
        select(Withdrawal)
        .where(Withdrawal.creator_id == creator_id, Withdrawal.state.in_(states))
        .order_by(Withdrawal.requested_at.desc(), Withdrawal.id.desc())
    ).all()


def own_for_update(session: Session, *, creator_id: int, withdrawal_id: int) -> Withdrawal | None:
    """Return a withdrawal of this creator, locked until the transaction ends; None when it is not theirs."""
    return session.scalar(
        select(Withdrawal)
        .where(Withdrawal.id == withdrawal_id, Withdrawal.creator_id == creator_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def ids_in(session: Session, *, state: WithdrawalState, limit: int, after: int = 0) -> list[int]:
    """Return the ids of withdrawals in a state, the oldest first."""
    rows = session.scalars(
        select(Withdrawal.id)
        .where(Withdrawal.state == state.value, Withdrawal.id > after)
        .order_by(Withdrawal.id)
        .limit(limit)
    )
    return list(rows)


def for_update(session: Session, *, withdrawal_id: int) -> Withdrawal:
    """Return a withdrawal, locked until the transaction ends."""
    return session.scalars(
        select(Withdrawal)
        .where(Withdrawal.id == withdrawal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def by_ids(session: Session, ids: Collection[int]) -> dict[int, tuple[Withdrawal, BankAnswer | None]]:
    """Return these withdrawals with the bank's answers."""
    ordered = sorted(ids)
    found: dict[int, tuple[Withdrawal, BankAnswer | None]] = {}
    for start in range(0, len(ordered), _BATCH):
        rows = session.execute(
            select(Withdrawal, BankAnswer)
            .outerjoin(BankAnswer, BankAnswer.withdrawal_id == Withdrawal.id)
            .where(Withdrawal.id.in_(ordered[start : start + _BATCH]))
        )
        found |= {withdrawal.id: (withdrawal, answer) for withdrawal, answer in rows}
    return found


def answered_between(session: Session, *, first: date, last: date) -> list[tuple[Withdrawal, BankAnswer]]:
    """Return what the bank answered on these days, by our books."""
    rows = session.execute(
        select(Withdrawal, BankAnswer)
        .join(BankAnswer, BankAnswer.withdrawal_id == Withdrawal.id)
        .where(BankAnswer.answered_on >= first, BankAnswer.answered_on <= last)
        .order_by(Withdrawal.id)
    )
    return [(withdrawal, answer) for withdrawal, answer in rows]


def with_answers(session: Session) -> list[tuple[Withdrawal, BankAnswer | None]]:
    """Return every withdrawal with the bank's answer."""
    rows = session.execute(
        select(Withdrawal, BankAnswer)
        .outerjoin(BankAnswer, BankAnswer.withdrawal_id == Withdrawal.id)
        .order_by(Withdrawal.id)
    )
    return [(withdrawal, answer) for withdrawal, answer in rows]


def outflows(session: Session) -> dict[str, tuple[int, str, str, str]]:
    """Return amount, state, and kind and owner of the payer of every transfer that pays or taxes a withdrawal, by key."""
    payer = aliased(LedgerAccount)
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.amount, LedgerTransfer.state, payer.owner_kind, payer.owner)
        .join(payer, payer.id == LedgerTransfer.debit_account_id)
        .where(LedgerTransfer.purpose.in_((Purpose.WITHDRAWAL.value, Purpose.TAX.value)))
    )
    return {key: (amount, state, kind, owner) for key, amount, state, kind, owner in rows}
