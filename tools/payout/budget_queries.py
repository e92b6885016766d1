"""Every SELECT about budgets, their slices and the rewards granted from them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tools.payout.granting import FIRST_LEG, SECOND_LEG, Pool
from tools.payout.many_values import among_ids, among_texts, bound_ids, bound_texts, on_postgresql
from tools.payout.models import Budget, BudgetSlice, LedgerAccount, LedgerTransfer
from tools.payout.posting import Asset, OwnerKind, Purpose

_BATCH = 5_000

_BudgetAccount = aliased(LedgerAccount)


@dataclass(frozen=True, slots=True)
class OpenBudget:
    """A pool that was opened; `free` is what is neither leased nor granted."""

    id: int
    pool: Pool
    account_id: int
    amount: int
    free: int


@dataclass(frozen=True, slots=True)
class OpenSlice:
    """A slice whose lease runs; `left` is what it can still grant."""

    id: int
    budget_id: int
    pool: Pool
    account_id: int
    owner: str
    left: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountSums:
    """An account's kept balance and reserve beside what its posted and its pending transfers add up to."""

    kind: str
    owner: str
    asset: str
    balance: int
    moved: int
    reserved: int
    pending: int


@dataclass(frozen=True, slots=True)
class SliceSums:
    """What a slice says of itself, beside the rewards and the balance that the ledger has."""

    owner: str
    limit: int
    granted: int
    given: int
    balance: int


@dataclass(frozen=True, slots=True)
class BudgetSums:
    """What a budget was opened with, beside what the ledger has."""

    owner: str
    asset: str
    amount: int
    funded: int
    given: int


def posted_rewards(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return the fingerprints of the transfers that exist under these keys."""
    query = select(LedgerTransfer.key, LedgerTransfer.fingerprint).where(
        among_texts(session, LedgerTransfer.key, "keys")
    )
    rows = session.execute(query, {"keys": bound_texts(session, keys)})
    return {row.key: row.fingerprint for row in rows}


def account_ids(session: Session, owners: Sequence[str], *, kind: OwnerKind, asset: Asset) -> dict[str, int]:
    """Return the ids of the accounts of one kind and asset that exist, by owner name."""
    query = select(LedgerAccount.owner, LedgerAccount.id).where(
        LedgerAccount.owner_kind == kind.value,
        LedgerAccount.asset == asset.value,
        among_texts(session, LedgerAccount.owner, "owners"),
    )
    rows = session.execute(query, {"owners": bound_texts(session, owners)})
    return {row.owner: row.id for row in rows}


def lock_to_move(session: Session, ids: Collection[int]) -> None:
    """Hold these accounts in the order of their ids; SQLite has one writer anyway."""
    if not on_postgresql(session):
        return
    held = (
        select(LedgerAccount.id)
        .where(among_ids(session, LedgerAccount.id, "ids"))
        .order_by(LedgerAccount.id)
        .with_for_update(key_share=True)
        .subquery()
    )
    # Counted there: nobody needs thousands of ids back.
    session.execute(select(func.count()).select_from(held), {"ids": bound_ids(session, ids)})


def budgets(session: Session, pools: Collection[Pool]) -> dict[Pool, OpenBudget]:
    """Return these pools' budgets where they are open, held until the transaction ends."""
    wanted = {Pool(pool.name, pool.asset) for pool in pools}
    rows = session.execute(
        select(Budget, LedgerAccount.owner, LedgerAccount.asset, LedgerAccount.balance)
        .join(LedgerAccount, LedgerAccount.id == Budget.account_id)
        .where(LedgerAccount.owner.in_({pool.name for pool in wanted}))
        .order_by(LedgerAccount.id)
        .with_for_update(of=LedgerAccount, key_share=True)
    )
    found = [
        OpenBudget(budget.id, Pool(owner, Asset(asset)), budget.account_id, budget.amount, balance)
        for budget, owner, asset, balance in rows
    ]
    return {budget.pool: budget for budget in found if budget.pool in wanted}


def budget_accounts(session: Session, account_ids: Collection[int]) -> set[int]:
    """Return which of these accounts have a budget already."""
    return set(session.scalars(select(Budget.account_id).where(Budget.account_id.in_(account_ids))))


def open_slices(
    session: Session,
    *,
    budget_ids: Collection[int] | None = None,
    slice_ids: Collection[int] | None = None,
    expired_at: datetime | None = None,
) -> list[OpenSlice]:
    """Return the slices that are not released, in the order of their accounts, held until the transaction ends."""
    query = (
        select(
            BudgetSlice, LedgerAccount.owner, LedgerAccount.asset, LedgerAccount.balance, _BudgetAccount.owner
        )
        .join(LedgerAccount, LedgerAccount.id == BudgetSlice.account_id)
        .join(Budget, Budget.id == BudgetSlice.budget_id)
        .join(_BudgetAccount, _BudgetAccount.id == Budget.account_id)
        .where(BudgetSlice.released_at.is_(None))
        .order_by(LedgerAccount.id)
        # Both rows: after a wait PostgreSQL reads anew only what is locked.
        .with_for_update(of=(LedgerAccount, BudgetSlice), key_share=True)
        .execution_options(populate_existing=True)
    )
    if budget_ids is not None:
        query = query.where(BudgetSlice.budget_id.in_(budget_ids))
    if slice_ids is not None:
        query = query.where(BudgetSlice.id.in_(slice_ids))
    if expired_at is not None:
        query = query.where(BudgetSlice.expires_at <= expired_at)
    return [
        OpenSlice(
            row.id, row.budget_id, Pool(pool, Asset(asset)), row.account_id, owner, balance, row.expires_at
        )
        for row, owner, asset, balance, pool in session.execute(query)
    ]


def pools_of_expired(session: Session, *, now: datetime) -> set[Pool]:
    """Return the pools that have slices whose lease has ended."""
    rows = session.execute(
        select(LedgerAccount.owner, LedgerAccount.asset)
        .join(Budget, Budget.account_id == LedgerAccount.id)
        .join(BudgetSlice, BudgetSlice.budget_id == Budget.id)
        .where(BudgetSlice.released_at.is_(None), BudgetSlice.expires_at <= now)
        .distinct()
    )
    return {Pool(owner, Asset(asset)) for owner, asset in rows}


def transfer_by_key(
    session: Session, key: str, *, lock: bool = False
) -> tuple[LedgerTransfer, LedgerAccount, LedgerAccount] | None:
    """Return a transfer with its debit and its credit account."""
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)
    query = (
        select(LedgerTransfer, debit, credit)
        .join(debit, debit.id == LedgerTransfer.debit_account_id)
        .join(credit, credit.id == LedgerTransfer.credit_account_id)
        .where(LedgerTransfer.key == key)
        .execution_options(populate_existing=True)
    )
    if lock:
        query = query.with_for_update(of=LedgerTransfer, key_share=True)
    row = session.execute(query).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def wrong_balances(session: Session) -> list[AccountSums]:
    """Return the accounts whose kept balance or reserve differs from what their transfers add up to."""
    moved = _moved(LedgerTransfer.credit_account_id, "posted") - _moved(
        LedgerTransfer.debit_account_id, "posted"
    )
    pending = _moved(LedgerTransfer.debit_account_id, "pending")
    rows = session.execute(
        select(
            LedgerAccount.owner_kind, LedgerAccount.owner, LedgerAccount.asset,
            LedgerAccount.balance, moved, LedgerAccount.reserved, pending,
        )
        .where(
            LedgerAccount.owner_kind != OwnerKind.EXTERNAL.value,
            (LedgerAccount.balance != moved) | (LedgerAccount.reserved != pending),
        )
        .order_by(LedgerAccount.id)
    )  # fmt: skip
    return [AccountSums(*row) for row in rows]


def wrong_slices(session: Session) -> list[SliceSums]:
    """Return the slices past their limit, and those that say something else than the ledger."""
    given = _granted_from(BudgetSlice.account_id)
    rows = session.execute(
        select(
            LedgerAccount.owner, BudgetSlice.limit_amount, BudgetSlice.granted, given, LedgerAccount.balance
        )
        .join(LedgerAccount, LedgerAccount.id == BudgetSlice.account_id)
        .where(
            (BudgetSlice.granted != given)
            | (BudgetSlice.limit_amount - BudgetSlice.granted != LedgerAccount.balance)
            | (BudgetSlice.granted > BudgetSlice.limit_amount)
        )
        .order_by(BudgetSlice.id)
    )
    return [SliceSums(*row) for row in rows]


def wrong_budgets(session: Session) -> list[BudgetSums]:
    """Return the budgets that gave more than their amount and what was taken back, or were funded with another."""
    in_slices = (
        select(func.sum(_granted_from(BudgetSlice.account_id)))
        .where(BudgetSlice.budget_id == Budget.id)
        .scalar_subquery()
    )
    given = cast(
        _granted_from(Budget.account_id)
        + func.coalesce(in_slices, 0)
        - _paid_into(Budget.account_id, Purpose.REVERSAL),
        BigInteger,
    )
    funded = _paid_into(Budget.account_id, Purpose.FUNDING)
    rows = session.execute(
        select(LedgerAccount.owner, LedgerAccount.asset, Budget.amount, funded, given)
        .join(LedgerAccount, LedgerAccount.id == Budget.account_id)
        .where((given > Budget.amount) | (funded != Budget.amount))
        .order_by(Budget.id)
    )
    return [BudgetSums(*row) for row in rows]


def grants(session: Session) -> Iterator[tuple[LedgerTransfer, str, LedgerTransfer | None]]:
    """Yield each reward's first transfer, its creator's owner name, and the traffic that goes with it."""
    credit, second = aliased(LedgerAccount), aliased(LedgerTransfer)
    rows = session.execute(
        select(LedgerTransfer, credit.owner, second)
        .join(credit, credit.id == LedgerTransfer.credit_account_id)
        .outerjoin(
            second,
            second.key == literal(SECOND_LEG).concat(func.substr(LedgerTransfer.key, len(FIRST_LEG) + 1)),
        )
        .where(_starts_with(LedgerTransfer.key, FIRST_LEG))
        .order_by(LedgerTransfer.id)
        .execution_options(yield_per=_BATCH)
    )
    yield from ((first, owner, other) for first, owner, other in rows)


def lone_second_legs(session: Session) -> list[str]:
    """Return the keys of granted traffic whose cash is not there, or went to another creator."""
    first, debtor, creditor = aliased(LedgerTransfer), aliased(LedgerAccount), aliased(LedgerAccount)
    key = literal(FIRST_LEG).concat(func.substr(LedgerTransfer.key, len(SECOND_LEG) + 1))
    rows = session.execute(
        select(LedgerTransfer.key)
        .outerjoin(first, and_(first.key == key, first.asset == Asset.CASH.value))
        .outerjoin(debtor, debtor.id == first.credit_account_id)
        .outerjoin(creditor, creditor.id == LedgerTransfer.credit_account_id)
        .where(
            _starts_with(LedgerTransfer.key, SECOND_LEG),
            first.id.is_(None) | (debtor.owner != creditor.owner),
        )
        .order_by(LedgerTransfer.id)
    )
    return list(rows.scalars())


def granted_transfers(session: Session) -> Iterator[LedgerTransfer]:
    """Yield the transfers of rewards, a few thousand at a time."""
    yield from session.scalars(
        select(LedgerTransfer)
        .where(_is_grant())
        .order_by(LedgerTransfer.id)
        .execution_options(yield_per=_BATCH)
    )


def grants_out_of_period(session: Session) -> list[tuple[str, date, str]]:
    """Return key, day and budget of rewards that were paid by the budget of another period."""
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.day, _BudgetAccount.owner)
        .outerjoin(BudgetSlice, BudgetSlice.account_id == LedgerTransfer.debit_account_id)
        .join(
            Budget,
            (Budget.id == BudgetSlice.budget_id) | (Budget.account_id == LedgerTransfer.debit_account_id),
        )
        .join(_BudgetAccount, _BudgetAccount.id == Budget.account_id)
        .where(_is_grant(), (LedgerTransfer.day < Budget.starts_on) | (LedgerTransfer.day >= Budget.ends_on))
        .order_by(LedgerTransfer.id)
    )
    return [(key, day, owner) for key, day, owner in rows]


def wrong_reversals(session: Session) -> list[tuple[str, int, int]]:
    """Return key, amount and the corrected amount of reversals that take back another amount than was moved."""
    corrected = aliased(LedgerTransfer)
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.amount, corrected.amount)
        .join(corrected, corrected.key == LedgerTransfer.corrects)
        .where((corrected.amount != LedgerTransfer.amount) | (corrected.state != "posted"))
        .order_by(LedgerTransfer.id)
    )
    return [(key, amount, moved) for key, amount, moved in rows]


def _is_grant() -> ColumnElement[bool]:
    first, second = (_starts_with(LedgerTransfer.key, prefix) for prefix in (FIRST_LEG, SECOND_LEG))
    return first | second


def _moved(leg: InstrumentedAttribute[int], state: str) -> ColumnElement[int]:
    moved = (
        select(func.sum(LedgerTransfer.amount))
        .where(leg == LedgerAccount.id, LedgerTransfer.state == state)
        .correlate(LedgerAccount)
        .scalar_subquery()
    )
    return cast(func.coalesce(moved, 0), BigInteger)


def _granted_from(account: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Return the rewards that an account gave, leases left out."""
    given = (
        select(func.sum(LedgerTransfer.amount))
        .where(LedgerTransfer.debit_account_id == account, LedgerTransfer.purpose == Purpose.INCENTIVE.value)
        .scalar_subquery()
    )
    return cast(func.coalesce(given, 0), BigInteger)


def _paid_into(account: InstrumentedAttribute[int], purpose: Purpose) -> ColumnElement[int]:
    """Return what an account got for one purpose."""
    paid = (
        select(func.sum(LedgerTransfer.amount))
        .where(LedgerTransfer.credit_account_id == account, LedgerTransfer.purpose == purpose.value)
        .scalar_subquery()
    )
    return cast(func.coalesce(paid, 0), BigInteger)


def _starts_with(column: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    return func.substr(column, 1, len(prefix)) == prefix
