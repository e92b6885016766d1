"""What must hold in the ledger and the payouts at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.kernel.invariant import Invariant
from tools.payout import budget_invariants, queries, revenue_invariants, reward_invariants
from tools.payout.budget_raises import top_up_key
from tools.payout.granting import FIRST_LEG, SECOND_LEG
from tools.payout.posting import SETTLEMENT_PREFIX, OwnerKind, fingerprint
from tools.payout.program_files import packaged_programs


def debits_equal_credits(session: Session) -> Iterator[str]:
    """Yield the assets whose accounts do not sum to zero."""
    for asset, amount in queries.sums_by_asset(session):
        if amount:
            yield f"ledger: the accounts of {asset} sum to {amount}, not to 0"


def one_asset_on_both_legs(session: Session) -> Iterator[str]:
    """Yield transfers that name another asset than their accounts, or an account that is not there."""
    for key, asset, debit_asset, credit_asset in queries.crossed_assets(session):
        yield (
            f"ledger_transfer {key}: asset is {asset}, its debit account holds {debit_asset or 'nothing (no such account)'}, "
            f"its credit account {credit_asset or 'nothing (no such account)'}"
        )


def fingerprints_match(session: Session) -> Iterator[str]:
    """Yield transfers that are not what was posted under their key."""
    for transfer, debit, credit in queries.transfers(session):
        # A reward's fingerprint leaves out from which slice it came: budget_invariants checks those.
        if transfer.key.startswith((FIRST_LEG, SECOND_LEG)):
            continue
        given = {
            "rules_from": transfer.rules_from,
            "corrects": transfer.corrects,
            "reserved": queries.is_two_phase(transfer) or None,
        }
        expected = fingerprint(
            key=transfer.key,
            debit=[debit.owner_kind, debit.owner],
            credit=[credit.owner_kind, credit.owner],
            asset=transfer.asset,
            amount=transfer.amount,
            purpose=transfer.purpose,
            day=transfer.day,
            program=transfer.program,
            settles_on=transfer.settles_on,
            source=transfer.source,
            note=transfer.note,
            **{name: value for name, value in given.items() if value is not None},
        )
        if transfer.fingerprint != expected:
            yield f"ledger_transfer {transfer.id} ({transfer.key}): its body does not match its fingerprint"


def nobody_owes(session: Session) -> Iterator[str]:
    """Yield accounts of creators and budgets that gave more than they got."""
    limited = [kind.value for kind in OwnerKind if not kind.may_owe]
    for kind, owner, asset, amount in queries.overdrawn(session, kinds=limited):
        yield f"ledger_account {kind} {owner} {asset}: the balance is {amount}, below 0"


def settlements_match(session: Session) -> Iterator[str]:
    """Yield settlements that settle nothing, or another amount than was earned."""
    for key, amount, income_amount in queries.wrong_settlements(session):
        income = key.removeprefix(SETTLEMENT_PREFIX)
        what = "which was never posted" if income_amount is None else f"which was {income_amount}"
        yield f"ledger_transfer {key}: settles {amount} of {income}, {what}"


def incentives_have_rules(session: Session) -> Iterator[str]:
    """Yield rewards of programmes that are unknown or had no rules in force on the day."""
    programs = {program.id: program for program in packaged_programs()}
    for key, name, day in queries.incentives(session):
        program = programs.get(name or "")
        if program is None or not program.pays_on(day):
            yield f"ledger_transfer {key}: no rules of programme {name!r} are in force on {day}"


def raises_name_their_rules(session: Session) -> Iterator[str]:
    """Yield money that a budget got after it was opened by no rules of a programme, or under another amount's key."""
    reached: dict[tuple[str, str], int] = {}
    for pool, asset, transfer in queries.fundings(session):
        before = reached.get((pool, asset), 0)
        reached[pool, asset] = amount = before + transfer.amount
        if before and (transfer.rules_from is None or transfer.key != top_up_key(pool, asset, amount)):
            yield f"ledger_transfer {transfer.key}: brings budget {pool} {asset} to {amount}, by no rules that say so"


INVARIANTS = (
    Invariant("ledger.debits_equal_credits", debits_equal_credits),
    Invariant("ledger.one_asset_on_both_legs", one_asset_on_both_legs),
    Invariant("ledger.fingerprints_match", fingerprints_match),
    Invariant("ledger.nobody_owes", nobody_owes),
    Invariant("ledger.settlements_match", settlements_match),
    Invariant("ledger.incentives_have_rules", incentives_have_rules),
    Invariant("budgets.raises_name_their_rules", raises_name_their_rules),
    *budget_invariants.INVARIANTS,
    *reward_invariants.INVARIANTS,
    *revenue_invariants.INVARIANTS,
)
