"""Budgets whose file gives more than they were opened with: the running period gets the difference at once.

A lower amount counts from the next period on: what was promised to creators, leased or granted stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.kernel.period import PLATFORM_ZONE
from tools.payout import queries, service
from tools.payout.models import Budget
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose
from tools.payout.programs import Program, Term


@dataclass(frozen=True, slots=True)
class Raise:
    """A budget that got more, and from what to what."""

    pool: str
    asset: Asset
    before: int
    after: int


def raise_budgets(session: Session, programs: Iterable[Program], *, now: datetime) -> list[Raise]:
    """Make every open budget of a running period hold what its file says, where that is more; again changes nothing."""
    on = now.astimezone(PLATFORM_ZONE).date()
    # Programmes of one pool give it the same amounts (program_files.py): the first speaks for all.
    running: dict[str, tuple[Program, Term]] = {}
    for program in programs:
        if program.budget is not None and (term := program.term(on)) is not None:
            running.setdefault(program.budget.account(on), (program, term))
    # The accounts' locks come first: another who raises the same budget waits, and then finds it raised.
    queries.lock_accounts(session, [row.account_id for row, _, _ in queries.budgets_of(session, running)])
    raised: list[Raise] = []
    for row, pool, asset in queries.budgets_of(session, running):
        program, term = running[pool]
        assert program.budget is not None
        amount = {Asset.CASH: program.budget.cash_fen, Asset.TRAFFIC: program.budget.impressions}[asset]
        if amount > row.amount:
            raised.append(Raise(pool, asset, row.amount, amount))
            _top_up(session, row, Owner(OwnerKind.BUDGET, pool), asset, amount=amount, rules=term, now=now)
    session.flush()
    return raised


def top_up_key(pool: str, asset: str, amount: int) -> str:
    """Return the key of the transfer that brings a budget to an amount."""
    return f"fund:{pool}:{asset}:{amount}"


def _top_up(
    session: Session, row: Budget, pool: Owner, asset: Asset, *, amount: int, rules: Term, now: datetime
) -> None:
    posting = Posting(
        key=top_up_key(pool.name, asset, amount),
        debit=Owner(OwnerKind.EXTERNAL, "treasury"),
        credit=pool,
        asset=asset,
        amount=amount - row.amount,
        purpose=Purpose.FUNDING,
        day=now.astimezone(PLATFORM_ZONE).date(),
        rules_from=rules.starts_on,
        note=f"raised from {row.amount} to {amount}",
    )
    service.post_transfer(session, posting, now=now)
    row.amount = amount
