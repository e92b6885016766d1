"""What the other rooms may do with programmes and the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.payout import queries
from tools.payout.eligibility import Verdict, evaluate, qualifies
from tools.payout.facts import Fact, Facts
from tools.payout.models import LedgerAccount, LedgerTransfer
from tools.payout.posting import (
    Asset,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
    decide,
    limited_accounts,
    settlement,
)
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Per, Program, Term
from tools.payout.statement import IncomeLine

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
        return self.verdict is not None and self.verdict.eligible


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
    ids = _ensure_accounts(session, owners)
    limited = limited_accounts(postings)
    queries.lock_accounts(session, [ids[account] for account in limited])
    for _ in range(_ATTEMPTS):
        # Read after the locks: on PostgreSQL a statement sees what others have committed until it begins.
        posted = queries.fingerprints(session, [item.key for item in postings])
        held = queries.balances(session, [ids[account] for account in limited])
        new = decide(postings, posted=posted, balances={account: held[ids[account]] for account in limited})
        if _insert(session, new, ids=ids, now=now):
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
    """Make the pool that pays the programme on that day hold its cash and impressions; again adds nothing."""
    if (budget := program.budget) is None:
        return
    account = budget.account(on)
    amounts = ((Asset.CASH, budget.cash_fen), (Asset.TRAFFIC, budget.impressions))
    postings = [
        Posting(
            key=f"fund:{account}:{asset}",
            debit=Owner(OwnerKind.EXTERNAL, "treasury"),
            credit=Owner(OwnerKind.BUDGET, account),
            asset=asset,
            amount=amount,
            purpose=Purpose.FUNDING,
            day=_first_day(program, budget.per, on),
        )
        for asset, amount in amounts
        if amount
    ]
    post_transfers(session, postings, now=now)


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
    facts = _facts(creators.facts(session, creator_id=creator_id, on=on))
    found: list[Standing] = []
    for program in packaged_programs():
        term = program.term(on)
        found.append(Standing(program, term, None if term is None else evaluate(term, facts)))
    return found


def eligible_of_all(session: Session, *, on: date) -> list[ProgramCount]:
    """Return for every programme how many of all creators qualify on that day."""
    rows = [(program, program.term(on)) for program in packaged_programs()]
    handles: list[list[str]] = [[] for _ in rows]
    counts = [0] * len(rows)
    seen = 0
    for account, found in creators.facts_of_all(session, on=on):
        seen += 1
        facts = _facts(found)
        for place, (_, term) in enumerate(rows):
            if term is not None and qualifies(term, facts):
                counts[place] += 1
                if len(handles[place]) < _SAMPLES:
                    handles[place].append(account.handle)
    return [
        ProgramCount(program.id, program.name, term is not None, seen, counts[place], tuple(handles[place]))
        for place, (program, term) in enumerate(rows)
    ]


def _first_day(program: Program, per: Per, on: date) -> date:
    """Return the first day of the period that a pool is for: the same whoever opens it, and when."""
    match per:
        case Per.YEAR:
            return date(on.year, 1, 1)
        case Per.DAY:
            return on
        case Per.ONCE:
            return program.terms[0].starts_on


def _facts(found: creators.CreatorFacts) -> Facts:
    return {fact: int(getattr(found, fact)) for fact in Fact}


def _ensure_accounts(
    session: Session, owners: Collection[tuple[Owner, Asset]]
) -> dict[tuple[Owner, Asset], int]:
    """Return the ids of these accounts, opened where there were none."""
    for _ in range(_ATTEMPTS):
        found = queries.accounts(session, owners)
        # In one order for all, so that two processes opening the same accounts wait in line, not crosswise.
        missing = sorted(
            (owner.kind.value, owner.name, asset.value)
            for owner, asset in owners
            if (owner, asset) not in found
        )
        if not missing:
            return found
        rows = [{"owner_kind": kind, "owner": name, "asset": asset} for kind, name, asset in missing]
        try:
            with session.begin_nested():
                session.execute(insert(LedgerAccount), rows)
        except IntegrityError:
            continue
    raise AssertionError("an account that another transaction has opened can be read after it")


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
            "state": "posted",
            "purpose": item.purpose.value,
            "program": item.program,
            "source": item.source,
            "note": item.note,
            "day": item.day,
            "settles_on": item.settles_on,
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
