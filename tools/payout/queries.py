"""Every SELECT of the payout room."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tools.kernel.period import Period
from tools.payout.models import Budget, LedgerAccount, LedgerTransfer, Withdrawal
from tools.payout.posting import SETTLEMENT_PREFIX, Asset, Owner, OwnerKind, Posting, Purpose
from tools.payout.statement import IncomeItem, IncomeLine

# Both databases take at least this many parameters in one statement, four times over.
_BATCH = 5_000
_INCOME = tuple(purpose.value for purpose in Purpose if purpose.is_income)
_OUTFLOW = (Purpose.WITHDRAWAL.value, Purpose.TAX.value)

_Settled = aliased(LedgerTransfer)
_Reversal = aliased(LedgerTransfer)


@dataclass(frozen=True, slots=True)
class UnsettledLine:
    """What of one item waits to become withdrawable, and between which days it does."""

    item: IncomeItem
    amount_fen: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a creator's account: income above zero, what left below."""

    day: date
    item: IncomeItem
    amount_fen: int
    note: str
    settled: bool


def accounts(session: Session, owners: Collection[tuple[Owner, Asset]]) -> dict[tuple[Owner, Asset], int]:
    """Return the ids of the accounts that exist."""
    wanted = sorted((owner.kind.value, owner.name, asset.value) for owner, asset in owners)
    found: dict[tuple[Owner, Asset], int] = {}
    columns = (LedgerAccount.owner_kind, LedgerAccount.owner, LedgerAccount.asset)
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(LedgerAccount.id, *columns).where(tuple_(*columns).in_(wanted[start : start + _BATCH]))
        )
        for account_id, kind, name, asset in rows:
            found[Owner(OwnerKind(kind), name), Asset(asset)] = account_id
    return found


def lock_accounts(session: Session, account_ids: Collection[int]) -> None:
    """Hold these accounts until the transaction ends, taken in the order of their ids, so that two never wait crosswise."""
    ordered = sorted(account_ids)
    for start in range(0, len(ordered), _BATCH):
        session.execute(
            select(LedgerAccount.id)
            .where(LedgerAccount.id.in_(ordered[start : start + _BATCH]))
            .order_by(LedgerAccount.id)
            .with_for_update(key_share=True)
        ).all()


def budgets_of(session: Session, pools: Collection[str]) -> list[tuple[Budget, str, Asset]]:
    """Return the open budgets of these pools as they are now, with pool and asset."""
    rows = session.execute(
        select(Budget, LedgerAccount.owner, LedgerAccount.asset)
        .join(LedgerAccount, LedgerAccount.id == Budget.account_id)
        .where(LedgerAccount.owner.in_(list(pools)))
        .order_by(LedgerAccount.id)
        .execution_options(populate_existing=True)
    )
    return [(budget, owner, Asset(asset)) for budget, owner, asset in rows]


def fundings(session: Session) -> Iterator[tuple[str, str, LedgerTransfer]]:
    """Yield pool, asset and transfer of everything that budgets were funded with, a budget's in their order."""
    rows = session.execute(
        select(LedgerAccount.owner, LedgerAccount.asset, LedgerTransfer)
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .where(LedgerTransfer.purpose == Purpose.FUNDING.value)
        .order_by(LedgerAccount.id, LedgerTransfer.id)
    )
    yield from ((owner, asset, transfer) for owner, asset, transfer in rows)


def fingerprints(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return the fingerprints of the keys that are posted."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), _BATCH):
        rows = session.execute(
            select(LedgerTransfer.key, LedgerTransfer.fingerprint).where(
                LedgerTransfer.key.in_(keys[start : start + _BATCH])
            )
        )
        found |= {row.key: row.fingerprint for row in rows}
    return found


def balances(session: Session, account_ids: Collection[int]) -> dict[int, int]:
    """Return what each account can give: the kept balance less what pending transfers will take."""
    left = dict.fromkeys(account_ids, 0)
    ordered = sorted(account_ids)
    for start in range(0, len(ordered), _BATCH):
        rows = session.execute(
            select(LedgerAccount.id, LedgerAccount.balance - LedgerAccount.reserved).where(
                LedgerAccount.id.in_(ordered[start : start + _BATCH])
            )
        )
        left |= {row[0]: row[1] for row in rows}
    return left


def cash_held_on(session: Session, *, creator_id: int, day: date) -> int:
    """Return what the creator could have withdrawn at the end of that day."""
    held = 0
    for leg, sign in ((LedgerTransfer.credit_account_id, 1), (LedgerTransfer.debit_account_id, -1)):
        amount = session.scalar(
            select(_total())
            .join(LedgerAccount, LedgerAccount.id == leg)
            .where(_owned_by(creator_id, OwnerKind.CREATOR), LedgerTransfer.day <= day)
        )
        held += sign * (amount or 0)
    return held


def income(session: Session, *, creator_id: int, period: Period) -> list[IncomeLine]:
    """Return the creator's cash income of the period by item, the largest first."""
    waiting = func.coalesce(func.sum(LedgerTransfer.amount).filter(_waits()), 0)
    rows = session.execute(
        select(LedgerTransfer.purpose, LedgerTransfer.program, _total(), cast(waiting, BigInteger))
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .outerjoin(_Settled, _settles())
        .where(_earned_by(creator_id), _inside(period))
        .group_by(LedgerTransfer.purpose, LedgerTransfer.program)
    )
    lines = [
        IncomeLine(_item(purpose, program), amount, waiting) for purpose, program, amount, waiting in rows
    ]
    return sorted(lines, key=lambda line: (-line.amount_fen, line.item.purpose, line.item.program or ""))


def unsettled(session: Session, *, creator_id: int) -> list[UnsettledLine]:
    """Return what waits for its settlement by item, the earliest first."""
    settles_on = LedgerTransfer.settles_on
    rows = session.execute(
        select(
            LedgerTransfer.purpose,
            LedgerTransfer.program,
            _total(),
            func.min(settles_on),
            func.max(settles_on),
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .outerjoin(_Settled, _settles())
        .where(_earned_by(creator_id), _waits())
        .group_by(LedgerTransfer.purpose, LedgerTransfer.program)
    )
    lines = [
        UnsettledLine(_item(purpose, program), amount, first_on, last_on)
        for purpose, program, amount, first_on, last_on in rows
        if first_on is not None and last_on is not None
    ]
    return sorted(lines, key=lambda line: (line.first_on, line.last_on, line.item.purpose))


def movements(session: Session, *, creator_id: int, period: Period) -> list[Movement]:
    """Return the creator's cash movements of the period, newest first: income, and what was paid out."""
    income_rows = session.execute(
        select(LedgerTransfer, _waits())
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .outerjoin(_Settled, _settles())
        .where(_earned_by(creator_id), _inside(period))
    )
    lines = [
        (row.id, Movement(row.day, _item(row.purpose, row.program), row.amount, row.note, settled=not waits))
        for row, waits in income_rows
    ]
    outflow_rows = session.scalars(
        select(LedgerTransfer)
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.debit_account_id)
        .where(
            _owned_by(creator_id, OwnerKind.CREATOR),
            LedgerTransfer.purpose.in_(_OUTFLOW),
            _inside(period),
            LedgerTransfer.state != "voided",
        )
    )
    lines += [
        (row.id, Movement(row.day, _item(row.purpose, None), -row.amount, row.note, row.state == "posted"))
        for row in outflow_rows
    ]
    return [line for _, line in sorted(lines, key=lambda pair: (pair[1].day, pair[0]), reverse=True)]


def due(session: Session, *, on: date, limit: int) -> list[Posting]:
    """Return unsettled incomes that can be withdrawn from that day or an earlier one, the oldest first."""
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = session.execute(
        select(LedgerTransfer, debit, credit)
        .join(debit, debit.id == LedgerTransfer.debit_account_id)
        .join(credit, credit.id == LedgerTransfer.credit_account_id)
        .outerjoin(_Settled, _settles())
        .where(
            credit.owner_kind == OwnerKind.UNSETTLED.value,
            LedgerTransfer.settles_on <= on,
            _waits(),
            _stands(),
        )
        .order_by(LedgerTransfer.settles_on, LedgerTransfer.id)
        .limit(limit)
    )
    return [posting(transfer, giver, taker) for transfer, giver, taker in rows]


def posting(transfer: LedgerTransfer, debit: LedgerAccount, credit: LedgerAccount) -> Posting:
    """Return the body of a stored transfer."""
    return Posting(
        key=transfer.key,
        debit=Owner(OwnerKind(debit.owner_kind), debit.owner),
        credit=Owner(OwnerKind(credit.owner_kind), credit.owner),
        asset=Asset(transfer.asset),
        amount=transfer.amount,
        purpose=Purpose(transfer.purpose),
        day=transfer.day,
        program=transfer.program,
        settles_on=transfer.settles_on,
        source=transfer.source,
        note=transfer.note,
        rules_from=transfer.rules_from,
        corrects=transfer.corrects,
        reserved=is_two_phase(transfer),
    )


def is_two_phase(transfer: LedgerTransfer) -> bool:
    """Return whether the transfer was reserved before it was posted."""
    return transfer.state == "pending" or transfer.decided_at is not None


def last_withdrawal(session: Session, *, creator_id: int) -> Withdrawal | None:
    """Return the creator's latest withdrawal."""
    return session.scalar(
        select(Withdrawal)
        .where(Withdrawal.creator_id == creator_id)
        .order_by(Withdrawal.requested_at.desc(), Withdrawal.id.desc())
        .limit(1)
    )


def withdrawal_at(session: Session, *, creator_id: int, requested_at: datetime) -> Withdrawal | None:
    """Return the withdrawal that the creator asked for at that moment."""
    return session.scalar(
        select(Withdrawal).where(Withdrawal.creator_id == creator_id, Withdrawal.requested_at == requested_at)
    )


def sums_by_asset(session: Session) -> list[tuple[str, int]]:
    """Return for each asset what all its accounts hold together."""
    sums: dict[str, int] = {}
    for leg, sign in ((LedgerTransfer.credit_account_id, 1), (LedgerTransfer.debit_account_id, -1)):
        rows = session.execute(
            select(LedgerAccount.asset, _total())
            .join(LedgerAccount, LedgerAccount.id == leg)
            .group_by(LedgerAccount.asset)
        )
        for asset, amount in rows:
            sums[asset] = sums.get(asset, 0) + sign * amount
    return sorted(sums.items())


def crossed_assets(session: Session) -> list[tuple[str, str, str | None, str | None]]:
    """Return key and assets (of the transfer, its debit and its credit account) where the three differ."""
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.asset, debit.asset, credit.asset)
        .outerjoin(debit, debit.id == LedgerTransfer.debit_account_id)
        .outerjoin(credit, credit.id == LedgerTransfer.credit_account_id)
        .where(
            debit.id.is_(None)
            | credit.id.is_(None)
            | (debit.asset != LedgerTransfer.asset)
            | (credit.asset != LedgerTransfer.asset)
        )
        .order_by(LedgerTransfer.id)
    )
    return [(key, asset, debit_asset, credit_asset) for key, asset, debit_asset, credit_asset in rows]


def transfers(session: Session) -> Iterator[tuple[LedgerTransfer, LedgerAccount, LedgerAccount]]:
    """Yield every transfer with its two accounts, a few thousand at a time."""
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = session.execute(
        select(LedgerTransfer, debit, credit)
        .join(debit, debit.id == LedgerTransfer.debit_account_id)
        .join(credit, credit.id == LedgerTransfer.credit_account_id)
        .order_by(LedgerTransfer.id)
        .execution_options(yield_per=_BATCH)
    )
    yield from rows


def overdrawn(session: Session, *, kinds: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """Return the accounts of these kinds whose balance is below zero."""
    got = _sums(LedgerTransfer.credit_account_id).subquery()
    gave = _sums(LedgerTransfer.debit_account_id).subquery()
    balance = cast(func.coalesce(got.c.amount, 0) - func.coalesce(gave.c.amount, 0), BigInteger)
    rows = session.execute(
        select(LedgerAccount.owner_kind, LedgerAccount.owner, LedgerAccount.asset, balance)
        .outerjoin(got, got.c.account == LedgerAccount.id)
        .outerjoin(gave, gave.c.account == LedgerAccount.id)
        .where(LedgerAccount.owner_kind.in_(kinds), balance < 0)
        .order_by(LedgerAccount.id)
    )
    return [(kind, owner, asset, amount) for kind, owner, asset, amount in rows]


def wrong_settlements(session: Session) -> list[tuple[str, int, int | None]]:
    """Return key, amount and the earned amount of settlements that differ from what they settle."""
    earned = aliased(LedgerTransfer)
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.amount, earned.amount)
        .outerjoin(earned, LedgerTransfer.key == literal(SETTLEMENT_PREFIX).concat(earned.key))
        .where(
            LedgerTransfer.purpose == Purpose.SETTLEMENT.value,
            earned.id.is_(None)
            | (earned.amount != LedgerTransfer.amount)
            | (earned.credit_account_id != LedgerTransfer.debit_account_id),
        )
        .order_by(LedgerTransfer.id)
    )
    return [(key, amount, earned_amount) for key, amount, earned_amount in rows]


def incentives(session: Session) -> Iterator[tuple[str, str | None, date]]:
    """Yield key, programme and day of every reward."""
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.program, LedgerTransfer.day)
        .where(LedgerTransfer.purpose == Purpose.INCENTIVE.value)
        .order_by(LedgerTransfer.id)
        .execution_options(yield_per=_BATCH)
    )
    yield from rows


def _sums(leg: InstrumentedAttribute[int]) -> Select[int, int]:
    return select(leg.label("account"), _total().label("amount")).group_by(leg)


def _total() -> ColumnElement[int]:
    # PostgreSQL sums bigint into numeric: the cast keeps money a whole number on both databases.
    posted = func.sum(LedgerTransfer.amount).filter(LedgerTransfer.state == "posted")
    return cast(func.coalesce(posted, 0), BigInteger)


def _settles() -> ColumnElement[bool]:
    return _Settled.key == literal(SETTLEMENT_PREFIX).concat(LedgerTransfer.key)


def _waits() -> ColumnElement[bool]:
    return LedgerTransfer.settles_on.is_not(None) & _Settled.id.is_(None)


def _earned_by(creator_id: int) -> ColumnElement[bool]:
    owned = _owned_by(creator_id, OwnerKind.UNSETTLED, OwnerKind.CREATOR)
    return owned & LedgerTransfer.purpose.in_(_INCOME) & _stands()


def _stands() -> ColumnElement[bool]:
    """Return whether the transfer is posted and no other one takes it back."""
    taken_back = select(_Reversal.id).where(_Reversal.corrects == LedgerTransfer.key).exists()
    return (LedgerTransfer.state == "posted") & ~taken_back


def _owned_by(creator_id: int, *kinds: OwnerKind) -> ColumnElement[bool]:
    return (
        LedgerAccount.owner_kind.in_([kind.value for kind in kinds])
        & (LedgerAccount.owner == str(creator_id))
        & (LedgerAccount.asset == Asset.CASH.value)
    )


def _inside(period: Period) -> ColumnElement[bool]:
    return (LedgerTransfer.day >= period.starts_on) & (LedgerTransfer.day < period.ends_on)


def _item(purpose: str, program: str | None) -> IncomeItem:
    return IncomeItem(Purpose(purpose), program)
