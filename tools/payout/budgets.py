"""Budgets and their leased slices: a hot budget is split, and what is left comes back.

Lock order everywhere: the budgets' accounts by id, then the slices' accounts by id, then the creators' accounts by id,
then new transfers by key. SQLite has one writer, who needs no locks.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.kernel.period import PLATFORM_ZONE
from tools.payout import budget_queries, grant_store, service
from tools.payout.accounts import ensure_accounts
from tools.payout.budget_queries import OpenBudget, OpenSlice
from tools.payout.granting import Pool
from tools.payout.posting import Owner, OwnerKind, Posting, Purpose

# A holder that granted nothing for this long has ended or hangs; what it holds is needed elsewhere.
LEASE: Final = timedelta(seconds=60)
# A lease takes this part of what is free, so that the last part is shared by many small ones.
_PART: Final = 16


def lease(session: Session, budget: OpenBudget, *, holder: str, now: datetime) -> OpenSlice:
    """Open a slice of the budget, which the transaction holds locked; it has nothing to give yet."""
    owner = f"{budget.pool.name}/{secrets.token_hex(6)}"
    account = (Owner(OwnerKind.SLICE, owner), budget.pool.asset)
    account_id = ensure_accounts(session, {account})[account]
    slice_id = grant_store.add_slice(
        session, budget_id=budget.id, account_id=account_id, holder=holder, expires_at=now + LEASE
    )
    return OpenSlice(slice_id, budget.id, budget.pool, account_id, owner, 0, now + LEASE)


def collect(
    session: Session,
    found: Mapping[Pool, OpenBudget],
    *,
    wanted: Mapping[Pool, int],
    mine: Mapping[Pool, OpenSlice],
    now: datetime,
) -> dict[Pool, OpenBudget]:
    """Return the budgets with what others' slices had left, where a budget alone has less than is wanted.

    Slices whose lease has ended are emptied and closed; those of living holders are emptied only if that is not enough.
    Afterwards a budget whose wish is not met has no unspent slice of another: its refusals are true.
    """
    short = {pool for pool, budget in found.items() if budget.free < wanted[pool]}
    if not short:
        return dict(found)
    own = {item.id for item in mine.values()}
    budget_ids = [found[pool].id for pool in short]
    others = [
        item for item in budget_queries.open_slices(session, budget_ids=budget_ids) if item.id not in own
    ]
    result = dict(found)
    for item in sorted(others, key=lambda item: (item.expires_at > now, item.id)):
        budget, expired = result[item.pool], item.expires_at <= now
        if expired or budget.free < wanted[item.pool]:
            give_back(session, item, budget.pool, now=now, release=expired)
            result[item.pool] = replace(budget, free=budget.free + item.left)
    return result


def free_up(session: Session, *, wanted: Mapping[Pool, int], now: datetime) -> None:
    """Make these amounts free in the budgets, as far as slices have them unspent, for one who posts from the budget."""
    found = budget_queries.budgets(session, wanted.keys())
    collect(session, found, wanted=wanted, mine={}, now=now)


def fill(session: Session, budget: OpenBudget, slice_: OpenSlice, *, wanted: int, now: datetime) -> OpenSlice:
    """Move what is wanted from the budget to the slice, and a part of the rest while there is plenty."""
    missing = max(wanted - slice_.left, 0)
    take = min(budget.free, max(missing, budget.free // _PART))
    if take:
        posting = _moving(budget.pool, slice_.owner, take, now=now)
        service.post_transfer(session, posting, now=now)
        grant_store.move_limit(session, slice_.id, more=take)
    return replace(slice_, left=slice_.left + take)


def give_back(session: Session, item: OpenSlice, pool: Pool, *, now: datetime, release: bool) -> None:
    """Return what a slice, which the transaction holds locked, has left; with `release` its lease ends too."""
    if item.left:
        lent = _moving(pool, item.owner, item.left, now=now)
        service.post_transfer(session, replace(lent, debit=lent.credit, credit=lent.debit), now=now)
        grant_store.move_limit(session, item.id, more=-item.left)
    if release:
        grant_store.release_slice(session, item.id, now=now)


def release(session: Session, slice_ids: Sequence[int], *, pools: Sequence[Pool], now: datetime) -> None:
    """End these leases: what is left is free again."""
    budget_queries.budgets(session, pools)
    for item in budget_queries.open_slices(session, slice_ids=slice_ids):
        give_back(session, item, item.pool, now=now, release=True)


def return_expired(session: Session, *, now: datetime) -> int:
    """End every lease that has run out; return how many were."""
    pools = budget_queries.pools_of_expired(session, now=now)
    if not pools:
        return 0
    held = budget_queries.budgets(session, pools)
    expired = budget_queries.open_slices(
        session, budget_ids=[budget.id for budget in held.values()], expired_at=now
    )
    for item in expired:
        give_back(session, item, item.pool, now=now, release=True)
    return len(expired)


def _moving(pool: Pool, owner: str, amount: int, *, now: datetime) -> Posting:
    return Posting(
        key=f"lease:{owner}:{secrets.token_hex(8)}",
        debit=Owner(OwnerKind.BUDGET, pool.name),
        credit=Owner(OwnerKind.SLICE, owner),
        asset=pool.asset,
        amount=amount,
        purpose=Purpose.LEASE,
        day=now.astimezone(PLATFORM_ZONE).date(),
        source=owner,
    )
