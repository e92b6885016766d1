"""What must hold between withdrawals, shares, guarantees and the ledger at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.kernel.invariant import Invariant
from tools.payout import drama_queries, star, star_queries, withdrawal_queries
from tools.payout.posting import Asset, withdrawal_key, withdrawal_tax_key
from tools.payout.withdrawals import WithdrawalState

_TRANSFER_STATES = {
    WithdrawalState.REQUESTED: "pending",
    WithdrawalState.SENT: "pending",
    WithdrawalState.PAID: "posted",
    WithdrawalState.RETURNED: "voided",
    WithdrawalState.CANCELLED: "voided",
}
_ANSWERS = {WithdrawalState.PAID: "paid", WithdrawalState.RETURNED: "failed"}


def withdrawals_are_booked(session: Session) -> Iterator[str]:
    """Yield withdrawals without their transfers, with others, and transfers of no withdrawal."""
    booked = withdrawal_queries.outflows(session)
    for row, _ in withdrawal_queries.with_answers(session):
        expected_state = _TRANSFER_STATES[WithdrawalState(row.state)]
        for key, amount in (
            (withdrawal_key(row.number), row.net_fen),
            (withdrawal_tax_key(row.number), row.tax_fen),
        ):
            found, state, kind, owner = booked.pop(key, (0, expected_state, "creator", str(row.creator_id)))
            if (kind, owner) != ("creator", str(row.creator_id)):
                yield f"withdrawal {row.number}: {key} is paid by {kind} {owner}, not by creator {row.creator_id}"
            elif found != amount:
                yield f"withdrawal {row.number}: {key} is {found} fen in the ledger, {amount} in the row"
            elif state != expected_state:
                yield f"withdrawal {row.number}: {key} is {state} in the ledger, the row is {row.state}"
    for key in booked:
        yield f"ledger_transfer {key}: pays or taxes a withdrawal that does not exist"


def payouts_equal_the_banks_answers(session: Session) -> Iterator[str]:
    """Yield withdrawals that say another thing than the bank said."""
    for row, answer in withdrawal_queries.with_answers(session):
        expected = _ANSWERS.get(WithdrawalState(row.state))
        said = answer.state if answer else None
        if said != expected:
            yield f"withdrawal {row.number}: is {row.state}, the bank's answer is {said or 'missing'}"
        elif answer is not None and answer.amount_fen != row.net_fen:
            yield f"withdrawal {row.number}: {row.net_fen} fen were sent, the bank answered {answer.amount_fen}"


def drama_shares_are_booked(session: Session) -> Iterator[str]:
    """Yield shares whose transfer is missing or different, and transfers of no share."""
    for share, amount, reversed_back in drama_queries.shares_and_transfers(session):
        if amount != share.amount_fen:
            yield f"drama_share {share.key}: is {amount or 0} fen in the ledger, {share.amount_fen} in the row"
        elif reversed_back != share.taken_back:
            yield f"drama_share {share.key}: taken back is {share.taken_back} in the row, {reversed_back} in the ledger"
    for key in drama_queries.transfers_without_share(session):
        yield f"ledger_transfer {key}: pays a drama share that does not exist"


def star_money_is_booked(session: Session) -> Iterator[str]:
    """Yield guarantees and impressions of contracts that the ledger does not have, and more than contracts allow."""
    booked = star_queries.booked(session)
    topped_up: dict[int, int] = {}
    for month in star_queries.all_months(session):
        topped_up[month.contract_id] = topped_up.get(month.contract_id, 0) + month.top_up_fen
        key = f"{star_queries.KEY_PREFIX}{month.contract_id}:{month.starts_on:%Y-%m}"
        found = booked.pop(key, (Asset.CASH.value, 0))
        if found != (Asset.CASH.value, month.top_up_fen):
            yield f"star_month {key}: is {found[1]} {found[0]} in the ledger, {month.top_up_fen} fen in the row"
        if month.top_up_fen > max(0, month.floor_fen - month.earned_fen):
            yield f"star_month {key}: {month.top_up_fen} fen are more than floor less earned"
    for contract_id, fen in topped_up.items():
        if fen > star.YEARLY_CAP_FEN:
            yield f"star_contract {contract_id}: the guarantee added {fen} fen, above the year's {star.YEARLY_CAP_FEN}"
    for use in star_queries.uses(session):
        if use.kind == star.StarUseKind.IMPRESSIONS:
            key = f"{star_queries.KEY_PREFIX}{use.contract_id}:use:{use.id}"
            if (found := booked.pop(key, ("nothing", 0))) != (Asset.TRAFFIC.value, use.amount):
                yield f"star_use {use.id}: is {found[1]} of {found[0]} in the ledger, {use.amount} in the row"
    for key in booked:
        yield f"ledger_transfer {key}: belongs to no month and no use of a Star contract"


def drama_shares_are_complete(session: Session) -> Iterator[str]:
    """Yield shares whose numbers have gaps: one was deleted."""
    expected: dict[tuple[int, int], int] = {}
    for share, _, _ in drama_queries.shares_and_transfers(session):
        place = (share.series_id, share.rules)
        expected[place] = expected.get(place, 0) + 1
        if share.number != expected[place]:
            yield f"drama_share {share.key}: share {expected[place]} of series {share.series_id} is missing"
            expected[place] = share.number


INVARIANTS = (
    Invariant("payout.withdrawals_are_booked", withdrawals_are_booked),
    Invariant("payout.payouts_equal_the_banks_answers", payouts_equal_the_banks_answers),
    Invariant("drama.shares_are_booked", drama_shares_are_booked),
    Invariant("drama.shares_are_complete", drama_shares_are_complete),
    Invariant("star.money_is_booked", star_money_is_booked),
)
