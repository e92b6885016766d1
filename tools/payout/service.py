"""What the other rooms may do with programmes and the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.fact_words import values_of
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.kernel.rules.explain import Verdict
from tools.payout import budget_queries, queries
from tools.payout.accounts import ensure_accounts, keep_balances
from tools.payout.eligibility import evaluate, qualifies
from tools.payout.models import Budget, LedgerTransfer
from tools.payout.posting import (
    Asset,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
    changes,
    decide,
    limited_accounts,
    settlement,
)
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Per, Program, Term, find_program
from tools.payout.statement import IncomeLine
from tools.payout.withdrawals import WithdrawalState

# Another process may take a key or an account between our look and our insert; then we look again, and it is there.
_ATTEMPTS: Final = 3
_SAMPLES: Final = 3
# A transaction of this size holds its locks for less than a second.
_SETTLED_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A creator before a programme: its rules on the day (None: not in force) and the verdict on them."""

    program: Program
    term: Term | None
    verdict: Verdict | None

    @property
    def eligible(self) -> bool:
        """Whether the programme is in force and the creator qualifies."""
        return self.verdict is not None and self.verdict.passed


@dataclass(frozen=True, slots=True)
class ProgramCount:
    """How many creators a programme reaches on a day; `samples` are handles of some who qualify."""

    program: str
    name: str
    in_force: bool
    creators: int
    eligible: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LastWithdrawal:
    """The creator's latest withdrawal, as the creator sees it."""

    number: str
    requested_on: date
    amount_fen: int
    tax_fen: int
    destination: str
    state: WithdrawalState
    reason: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What a creator can withdraw, what waits for which day, what they hold in impressions, and what was paid last."""

    available_fen: int
    unsettled: tuple[queries.UnsettledLine, ...]
    impressions: int
    last_withdrawal: LastWithdrawal | None

    @property
    def unsettled_fen(self) -> int:
        """All that waits for its settlement."""
        return sum(line.amount_fen for line in self.unsettled)


def post_transfer(session: Session, posting: Posting, *, now: datetime) -> bool:
    """Make the transfer exist; True when it is new, False when the same one was posted before.

    Raises KeyReusedError when the key stands for another body, OverdrawnError when the debit account may not owe and holds less.
    """
    return post_transfers(session, (posting,), now=now) == 1


def post_transfers(session: Session, postings: Sequence[Posting], *, now: datetime) -> int:
    """Make every transfer exist, all or none; return how many are new.

    Raises as post_transfer does, for the first posting that cannot stand after those before it.
    """
    owners = {(owner, item.asset) for item in postings for owner in (item.debit, item.credit)}
    ids = ensure_accounts(session, owners)
    limited = limited_accounts(postings)
    # Budgets before slices before people, in every transaction that moves money: two never wait crosswise.
    pools = [account for account in limited if account[0].kind is OwnerKind.BUDGET]
    slices = [account for account in limited if account[0].kind is OwnerKind.SLICE]
    for accounts in (pools, slices, limited - {*pools, *slices}):
        queries.lock_accounts(session, [ids[account] for account in accounts])
    for _ in range(_ATTEMPTS):
        # Read after the locks: on PostgreSQL a statement sees what others have committed until it begins.
        posted = queries.fingerprints(session, [item.key for item in postings])
        held = queries.balances(session, [ids[account] for account in limited])
        new = decide(postings, posted=posted, balances={account: held[ids[account]] for account in limited})
        if _insert(session, new, ids=ids, now=now):
            keep_balances(session, changes(new), ids=ids)
            return len(new)
    raise AssertionError("a key that another transaction has inserted can be read after it")


def settle_due(session: Session, *, now: datetime, limit: int = _SETTLED_AT_ONCE) -> int:
    """Make incomes withdrawable whose day has come, at most `limit`, the oldest first; return how many were.

    Repeating settles nothing twice; 0 means that nothing is left.
    """
    on = now.astimezone(PLATFORM_ZONE).date()
    due = queries.due(session, on=on, limit=limit)
    return post_transfers(session, [settlement(income) for income in due], now=now)


def open_budget(session: Session, *, program: Program, on: date, now: datetime) -> None:
    """Make the pool that pays the programme on that day hold its cash and impressions; again adds nothing.

    What was opened stands until its period ends; a raise of the file comes by budget_raises, a cut with the next period.
    """
    if (budget := program.budget) is None:
        return
    pool = Owner(OwnerKind.BUDGET, budget.account(on))
    amounts = {Asset.CASH: budget.cash_fen, Asset.TRAFFIC: budget.impressions}
    ids = ensure_accounts(session, {(pool, asset) for asset, amount in amounts.items() if amount})
    # The accounts' locks make two that open the same budget wait for each other.
    queries.lock_accounts(session, ids.values())
    is_open = budget_queries.budget_accounts(session, ids.values())
    starts_on, ends_on = budget_period(program, budget.per, on)
    for (owner, asset), account_id in ids.items():
        if account_id in is_open:
            continue
        amount = amounts[asset]
        session.add(Budget(account_id=account_id, amount=amount, starts_on=starts_on, ends_on=ends_on))
        funding = Posting(
            key=f"fund:{owner.name}:{asset}",
            debit=Owner(OwnerKind.EXTERNAL, "treasury"),
            credit=owner,
            asset=asset,
            amount=amount,
            purpose=Purpose.FUNDING,
            day=starts_on,
        )
        post_transfer(session, funding, now=now)
    session.flush()


def balance(session: Session, *, creator_id: int) -> Balance:
    """Return what the creator holds now."""
    owner = Owner(OwnerKind.CREATOR, str(creator_id))
    ids = queries.accounts(session, {(owner, asset) for asset in Asset})
    held = queries.balances(session, ids.values())
    left = {asset: held[account_id] for (_, asset), account_id in ids.items()}
    last = queries.last_withdrawal(session, creator_id=creator_id)
    return Balance(
        available_fen=left.get(Asset.CASH, 0),
        unsettled=tuple(queries.unsettled(session, creator_id=creator_id)),
        impressions=left.get(Asset.TRAFFIC, 0),
        last_withdrawal=last
        and LastWithdrawal(
            last.number,
            last.requested_at.astimezone(PLATFORM_ZONE).date(),
            last.amount_fen,
            last.tax_fen,
            last.destination,
            WithdrawalState(last.state),
            last.reason,
        ),
    )


def income(session: Session, *, creator_id: int, period: Period) -> list[IncomeLine]:
    """Return the creator's cash income of the period by item, the largest first."""
    return queries.income(session, creator_id=creator_id, period=period)


def movements(session: Session, *, creator_id: int, period: Period) -> list[queries.Movement]:
    """Return the creator's cash movements of the period, newest first."""
    return queries.movements(session, creator_id=creator_id, period=period)


def standing(session: Session, *, creator_id: int, on: date) -> list[Standing]:
    """Return how the creator stands before every programme on that day, in the order that creators are shown."""
    facts = values_of(creators.facts(session, creator_id=creator_id, on=on))
    found: list[Standing] = []
    for program in packaged_programs():
        term = program.term(on)
        found.append(Standing(program, term, None if term is None else evaluate(term, facts)))
    return found


def qualifies_for(program: str, found: creators.CreatorFacts, *, on: date) -> bool:
    """Whether figures meet a programme's rules of a day; False where it has none."""
    term = find_program(packaged_programs(), program).term(on)
    return term is not None and qualifies(term, values_of(found))


def eligible_of_all(session: Session, *, on: date) -> list[ProgramCount]:
    """Return for every programme how many of all creators qualify on that day."""
    # It brings sqlglot, a fifth of a second that only this operators' question needs.
    from tools.creators import populations  # noqa: PLC0415

    table = populations.fact_table(creators.facts_of_all(session, on=on))
    in_force = {program.id: term for program in packaged_programs() if (term := program.term(on))}
    rules = [term.eligibility.rule for term in in_force.values()]
    reached = dict(zip(in_force, populations.reach(table, rules, samples=_SAMPLES), strict=True))
    nobody = populations.Reach(0, ())
    return [
        ProgramCount(
            program=program.id,
            name=program.name,
            in_force=program.id in in_force,
            creators=table.num_rows,
            eligible=(found := reached.get(program.id, nobody)).creators,
            samples=found.samples,
        )
        for program in packaged_programs()
    ]


def budget_period(program: Program, per: Per, on: date) -> tuple[date, date | None]:
    """Return the days that a pool is for, the end exclusive: the same whoever opens it, and when."""
    match per:
        case Per.YEAR:
            return date(on.year, 1, 1), date(on.year + 1, 1, 1)
        case Per.DAY:
            return on, on + timedelta(days=1)
        case Per.ONCE:
            return program.terms[0].starts_on, None


def _insert(
    session: Session, postings: Sequence[Posting], *, ids: dict[tuple[Owner, Asset], int], now: datetime
) -> bool:
    """Store the postings; False when another transaction has just taken one of their keys."""
    if not postings:
        return True
    rows = [
        {
            "key": item.key,
            "fingerprint": item.fingerprint,
            "debit_account_id": ids[item.debit, item.asset],
            "credit_account_id": ids[item.credit, item.asset],
            "asset": item.asset.value,
            "amount": item.amount,
            "state": "pending" if item.reserved else "posted",
            "purpose": item.purpose.value,
            "program": item.program,
            "source": item.source,
            "note": item.note,
            "day": item.day,
            "settles_on": item.settles_on,
            "rules_from": item.rules_from,
            "corrects": item.corrects,
            "at": now,
        }
        for item in postings
    ]
    try:
        with session.begin_nested():
            session.execute(insert(LedgerTransfer), rows)
    except IntegrityError:
        taken = queries.fingerprints(session, [item.key for item in postings])
        if not taken:
            raise
        return False
    return True
