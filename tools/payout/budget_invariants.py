"""What must hold for kept balances, budgets, slices and the rewards granted from them."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.kernel.invariant import Invariant
from tools.kernel.period import Period
from tools.payout import budget_queries, cap_queries
from tools.payout.caps import cap_period, largest_limit
from tools.payout.granting import FIRST_LEG, grant_fingerprint
from tools.payout.models import LedgerTransfer
from tools.payout.posting import Asset, incentive_settles_on
from tools.payout.program_files import packaged_programs
from tools.payout.programs import CapPer


def kept_balances_are_right(session: Session) -> Iterator[str]:
    """Yield accounts whose kept balance or reserve is not what their transfers add up to."""
    for account in budget_queries.wrong_balances(session):
        name = f"ledger_account {account.kind} {account.owner} {account.asset}"
        if account.balance != account.moved:
            yield f"{name}: the balance is {account.balance}, its transfers sum to {account.moved}"
        if account.reserved != account.pending:
            yield f"{name}: {account.reserved} is reserved, its pending transfers sum to {account.pending}"


def slices_add_up(session: Session) -> Iterator[str]:
    """Yield slices that granted more than their limit, or other sums than the ledger has."""
    for found in budget_queries.wrong_slices(session):
        yield (
            f"budget_slice {found.owner}: limit {found.limit}, granted {found.granted}; the ledger has "
            f"{found.given} granted and {found.balance} left"
        )


def budgets_are_not_overspent(session: Session) -> Iterator[str]:
    """Yield budgets that gave more than they were opened with, or were funded otherwise."""
    for found in budget_queries.wrong_budgets(session):
        yield (
            f"budget {found.owner} {found.asset}: amount {found.amount}, funded {found.funded}, granted {found.given}"
        )


def grants_match_fingerprints(session: Session) -> Iterator[str]:
    """Yield rewards that are not what was granted under their key, the traffic that goes with cash included."""
    for first, creator, second in budget_queries.grants(session):
        if first.fingerprint != _fingerprint(first, creator, second):
            yield f"ledger_transfer {first.id} ({first.key}): the reward does not match its fingerprint"


def cash_and_traffic_go_together(session: Session) -> Iterator[str]:
    """Yield granted traffic that belongs to cash which is not there, or which another creator got."""
    for key in budget_queries.lone_second_legs(session):
        yield f"ledger_transfer {key}: the cash that it goes with is not granted to the same creator"


def grants_name_their_rules(session: Session) -> Iterator[str]:
    """Yield rewards without the version of the rules they were granted under, or with one not in force on the day."""
    programs = {program.id: program for program in packaged_programs()}
    for grant in budget_queries.granted_transfers(session):
        program = programs.get(grant.program or "")
        term = program.term(grant.day) if program else None
        if grant.rules_from is None or term is None or term.starts_on != grant.rules_from:
            version = f"from {grant.rules_from}" if grant.rules_from else "without a version"
            yield f"ledger_transfer {grant.key}: rules of {grant.program!r} {version} are not in force on {grant.day}"


def grants_settle_on_their_day(session: Session) -> Iterator[str]:
    """Yield rewards on days outside their budget's period, and cash that settles on another day than the rules say."""
    for grant in budget_queries.granted_transfers(session):
        expected = incentive_settles_on(grant.day) if grant.asset == Asset.CASH.value else None
        if grant.settles_on != expected:
            yield f"ledger_transfer {grant.key}: settles on {grant.settles_on}, not on {expected}"
    for key, day, budget in budget_queries.grants_out_of_period(session):
        yield f"ledger_transfer {key}: day {day} is outside the period of budget {budget}"


def reversals_take_back_what_was_moved(session: Session) -> Iterator[str]:
    """Yield reversals of another amount than the transfer they correct, or of one that was never posted."""
    for key, amount, moved in budget_queries.wrong_reversals(session):
        yield f"ledger_transfer {key}: takes back {amount} of a transfer of {moved}"


def caps_hold(session: Session) -> Iterator[str]:
    """Yield creators who got more from a programme in a period than any of its rules then in force allows."""
    for program in packaged_programs():
        # The year of a contract is no calendar year: revenue_invariants checks the guarantees of contracts.
        pers = {cap.per for term in program.terms for cap in term.caps} - {CapPer.YEAR}
        if not pers:
            continue
        rows = cap_queries.rewards_by_day(session, program=program.id)
        for per in sorted(pers):
            got: dict[tuple[str, Asset, Period], int] = {}
            for owner, asset, day, amount in rows:
                share = owner, Asset(asset), cap_period(per, day)
                got[share] = got.get(share, 0) + amount
            for (owner, asset, period), amount in got.items():
                limit = largest_limit(program, per, asset, period)
                if limit is not None and amount > limit:
                    yield f"creator {owner}: {amount} {asset} of {program.id} in {period.starts_on}/{per}, cap {limit}"


def _fingerprint(first: LedgerTransfer, creator: str, second: LedgerTransfer | None) -> str:
    is_cash = first.asset == Asset.CASH.value
    return grant_fingerprint(
        first.key.removeprefix(FIRST_LEG),
        creator=creator,
        program=first.program or "",
        cash_fen=first.amount if is_cash else 0,
        impressions=(second.amount if second else 0) if is_cash else first.amount,
        source=first.source,
        note=first.note,
    )


INVARIANTS = (
    Invariant("ledger.kept_balances_are_right", kept_balances_are_right),
    Invariant("payout.caps_hold", caps_hold),
    Invariant("ledger.reversals_take_back_what_was_moved", reversals_take_back_what_was_moved),
    Invariant("budgets.slices_add_up", slices_add_up),
    Invariant("budgets.are_not_overspent", budgets_are_not_overspent),
    Invariant("grants.match_fingerprints", grants_match_fingerprints),
    Invariant("grants.cash_and_traffic_go_together", cash_and_traffic_go_together),
    Invariant("grants.name_their_rules", grants_name_their_rules),
    Invariant("grants.settle_on_their_day", grants_settle_on_their_day),
)
