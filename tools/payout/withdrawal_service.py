"""What may be done with withdrawals: asked for, cancelled, paid or returned, held, and compared with the bank's file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.agent_tool import Button
from tools.kernel.errors import OperatorError
from tools.kernel.money import yuan
from tools.kernel.operator_files import file_rows
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.payout import money_moves, queries, withdrawal_queries, withdrawals
from tools.payout.bank import BankReply, BankState
from tools.payout.models import BankAccount, BankAnswer, PayoutHold, Withdrawal
from tools.payout.posting import Asset, Owner, OwnerKind
from tools.payout.withdrawals import NothingToCancel, Offer, OfferChanged, Wallet, WithdrawalState

ACCOUNT_COLUMNS: Final = ("creator", "account", "words")


@dataclass(frozen=True, slots=True)
class Payment:
    """A withdrawal as the bank gets it."""

    id: int
    reference: str
    amount_fen: int
    account: str


def offer(session: Session, *, creator_id: int, amount: str | None, now: datetime) -> Offer:
    """Return the withdrawal that the creator may confirm; no amount means all that can be withdrawn today.

    Raises the refusals of tools/payout/withdrawals.py.
    """
    amount_fen = withdrawals.parse_amount(amount)
    return _decide(session, creator_id=creator_id, amount_fen=amount_fen, now=now)


def request(
    session: Session, *, creator_id: int, amount_fen: int, tax_fen: int, account: str, now: datetime
) -> Withdrawal:
    """Reserve the money and store the withdrawal, if all is still as it was offered.

    Raises the refusals of an offer, and OfferChanged.
    """
    # Two confirmations of one creator wait for each other here, before either looks at the day's withdrawals.
    money_moves.lock_wallet(session, creator_id=creator_id)
    found = _decide(session, creator_id=creator_id, amount_fen=amount_fen, now=now)
    if (found.tax_fen, found.account) != (tax_fen, account):
        raise OfferChanged
    row = Withdrawal(
        creator_id=creator_id,
        amount_fen=found.amount_fen,
        tax_fen=found.tax_fen,
        destination=found.account_words,
        account=found.account,
        state=WithdrawalState.REQUESTED.value,
        requested_at=now,
    )
    session.add(row)
    session.flush()
    money_moves.reserve(session, row, now=now)
    return row


def cancellable(session: Session, *, creator_id: int, now: datetime) -> Withdrawal:
    """Return the creator's latest withdrawal that the payout run has not taken.

    Raises NothingToCancel, CancelTooLate and NotCancellable.
    """
    rows = withdrawal_queries.under_way(session, creator_id=creator_id)
    if not rows:
        raise NothingToCancel
    row = next((row for row in rows if row.state == WithdrawalState.REQUESTED), rows[0])
    _check_cancel(row, now=now)
    return row


def cancel(session: Session, *, creator_id: int, withdrawal_id: int, now: datetime) -> Withdrawal:
    """Give the reserved money back, if the payout run has not taken the withdrawal in between.

    Raises as `cancellable` does; another creator's withdrawal looks exactly like none.
    """
    # The payout run takes the same lock before it marks a withdrawal as sent: one of the two comes first.
    row = withdrawal_queries.own_for_update(session, creator_id=creator_id, withdrawal_id=withdrawal_id)
    if row is None:
        raise NothingToCancel
    _check_cancel(row, now=now)
    row.state, row.cancelled_at = WithdrawalState.CANCELLED.value, max(now, row.requested_at)
    money_moves.give_back(session, row, now=now)
    session.flush()
    return row


def begin_sending(session: Session, *, withdrawal_id: int, now: datetime) -> Payment | None:
    """Mark a requested withdrawal as sent before the bank hears of it; None when another worker was quicker."""
    row = withdrawal_queries.for_update(session, withdrawal_id=withdrawal_id)
    if row.state != WithdrawalState.REQUESTED:
        return None
    row.state, row.sent_at = WithdrawalState.SENT.value, now
    session.flush()
    return _payment(row)


def sent(session: Session, *, after: int, limit: int) -> list[Payment]:
    """Return the withdrawals that wait for the bank's answer, the oldest first."""
    ids = withdrawal_queries.ids_in(session, state=WithdrawalState.SENT, after=after, limit=limit)
    return [_payment(row) for row, _ in withdrawal_queries.by_ids(session, ids).values()]


def requested(session: Session, *, after: int, limit: int) -> list[int]:
    """Return the ids of withdrawals that nobody has sent, the oldest first."""
    return withdrawal_queries.ids_in(session, state=WithdrawalState.REQUESTED, after=after, limit=limit)


def record(session: Session, *, withdrawal_id: int, reply: BankReply, now: datetime) -> bool:
    """Book the bank's answer: the money is gone, or back with the reason; False when it was booked before.

    An amount that is not ours is booked nowhere: raises OperatorError, and people must ask the bank.
    """
    row = withdrawal_queries.for_update(session, withdrawal_id=withdrawal_id)
    if row.state != WithdrawalState.SENT:
        return False
    assert reply.state in (BankState.PAID, BankState.FAILED)
    if reply.amount_fen != row.net_fen:
        raise OperatorError(
            f"withdrawal {row.number}: the bank answered {reply.amount_fen} fen, {row.net_fen} were sent"
        )
    day = reply.day or now.astimezone(PLATFORM_ZONE).date()
    session.add(
        BankAnswer(
            withdrawal_id=row.id,
            state=reply.state.value,
            amount_fen=reply.amount_fen,
            reason=reply.reason[:120],
            answered_on=day,
            at=now,
        )
    )
    if reply.state is BankState.PAID:
        row.state, row.paid_at = WithdrawalState.PAID.value, max(now, row.requested_at)
        money_moves.pay(session, row, now=now)
    else:
        row.state, row.returned_at = WithdrawalState.RETURNED.value, now
        row.reason = reply.reason[:120]
        money_moves.give_back(session, row, now=now)
    session.flush()
    _tell(session, row, now=now)
    return True


def _tell(session: Session, row: Withdrawal, *, now: datetime) -> None:
    """Leave the creator words about a withdrawal that the bank has answered."""
    if row.state == WithdrawalState.PAID:
        text = f"提现 {row.number} 打款成功：{yuan(row.net_fen)} 元已到{row.destination}。"
    else:
        why = row.reason or "银行没有说明原因"
        text = f"提现 {row.number} 没有打成：{why}。{yuan(row.amount_fen)} 元已退回可提现余额，核对账户后可以重新提。"
    notices.leave(
        session,
        creator_id=row.creator_id,
        topic=Topic.PAYOUT,
        text=text,
        dedupe_key=f"withdrawal:{row.id}:{row.state}",
        facts={"withdrawal": row.number, "state": row.state},
        buttons=(Button("看提现记录", "我的提现记录"),),
        now=now,
    )


def hold(session: Session, *, handle: str, amount_fen: int | None, reason: str, now: datetime) -> int:
    """Freeze money of a creator, all of it without an amount; return the hold's number."""
    account = creators.find_account(session, handle=handle)
    if account is None:
        raise OperatorError(f"no creator has the handle {handle!r}")
    if amount_fen is not None and amount_fen <= 0:
        raise OperatorError("a hold is above 0")
    if not reason.strip():
        raise OperatorError("a hold needs a reason, which the creator reads")
    row = PayoutHold(creator_id=account.id, amount_fen=amount_fen, reason=reason.strip()[:120], placed_at=now)
    session.add(row)
    session.flush()
    held = "全部余额" if amount_fen is None else f"{yuan(amount_fen)} 元"
    notices.leave(
        session,
        creator_id=account.id,
        topic=Topic.PAYOUT,
        text=f"你的{held}暂时不能提现：{row.reason}。有疑问可以转人工。",
        dedupe_key=f"payout-hold:{row.id}",
        buttons=(Button("转人工", "转人工"),),
        now=now,
    )
    return row.id


def release(session: Session, *, hold_id: int, now: datetime) -> bool:
    """Let the money go again; False when it was released before."""
    row = session.get(PayoutHold, hold_id)
    if row is None:
        raise OperatorError(f"there is no hold {hold_id}")
    if row.released_at is not None:
        return False
    row.released_at = now
    session.flush()
    return True


def held(session: Session, *, creator_id: int) -> tuple[int | None, str]:
    """Return how much of the creator's money is frozen (None: all of it), and why."""
    holds = withdrawal_queries.open_holds(session, creator_id=creator_id)
    reasons = "、".join(dict.fromkeys(row.reason for row in holds))
    amounts = [row.amount_fen for row in holds]
    whole = [amount for amount in amounts if amount is not None]
    return (sum(whole) if len(whole) == len(amounts) else None), reasons


def import_accounts(session: Session, *, path: Path) -> int:
    """Store the bank accounts of a file, all or nothing; return how many changed. Raises OperatorError."""
    seen: set[str] = set()
    changed = 0
    for row in file_rows(path, ACCOUNT_COLUMNS):
        handle = row.text("creator", longest=40)
        found = creators.find_account(session, handle=handle)
        if found is None:
            raise row.fault("creator", f"no creator has the handle {handle!r}")
        if handle in seen:
            raise row.fault("creator", f"{handle} is there twice")
        seen.add(handle)
        changed += set_account(
            session,
            creator_id=found.id,
            account=row.text("account", longest=64),
            words=row.text("words", longest=60),
        )
    return changed


def set_account(session: Session, *, creator_id: int, account: str, words: str) -> bool:
    """Make the creator's money go to this account; False when it did already."""
    row = withdrawal_queries.bank_account(session, creator_id=creator_id)
    if row is not None and (row.account, row.words) == (account, words):
        return False
    session.merge(BankAccount(creator_id=creator_id, account=account, words=words))
    session.flush()
    return True


def _decide(session: Session, *, creator_id: int, amount_fen: int | None, now: datetime) -> Offer:
    on = now.astimezone(PLATFORM_ZONE).date()
    today = withdrawal_queries.counting_on(session, creator_id=creator_id, day=on)
    account = withdrawal_queries.bank_account(session, creator_id=creator_id)
    held_fen, reason = held(session, creator_id=creator_id)
    wallet = Wallet(
        balance_fen=_balance_fen(session, creator_id=creator_id),
        held_fen=held_fen,
        hold_reason=reason,
        verified=creators.account(session, creator_id=creator_id).real_name_verified,
        account=account and account.account,
        account_words=account.words if account else "",
        today=today and (today.number, today.amount_fen),
    )
    return withdrawals.decide(wallet, amount_fen=amount_fen, on=on)


def _check_cancel(row: Withdrawal, *, now: datetime) -> None:
    withdrawals.check_cancel(
        WithdrawalState(row.state),
        number=row.number,
        amount_fen=row.amount_fen,
        on=now.astimezone(PLATFORM_ZONE).date(),
    )


def _balance_fen(session: Session, *, creator_id: int) -> int:
    wallet = (Owner(OwnerKind.CREATOR, str(creator_id)), Asset.CASH)
    ids: Sequence[int] = list(queries.accounts(session, {wallet}).values())
    return sum(queries.balances(session, ids).values())


def _payment(row: Withdrawal) -> Payment:
    return Payment(row.id, row.number, row.net_fen, row.account)
