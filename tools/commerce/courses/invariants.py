"""What must hold between courses, sales and the ledger at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.commerce.courses import queries, sales
from tools.commerce.courses.models import CourseSale
from tools.commerce.courses.rules import course_rules
from tools.commerce.courses.states import SaleState, fee_of
from tools.kernel.invariant import Invariant
from tools.payout import trade


def sales_are_booked(session: Session) -> Iterator[str]:
    """Yield sales whose income, fee or refund in the ledger is missing or another, and transfers of no sale."""
    booked = trade.booked(session, prefix=sales.PREFIX)
    for row, creator_id in queries.all_sales(session):
        for key, expected in _expected(row).items():
            found = booked.pop(key, None)
            stands = found.amount if found and not found.taken_back else 0
            if stands != expected:
                yield f"course_sale {row.id}: {key} stands at {stands} fen in the ledger, {expected} in the row"
            elif found and not key.endswith(":fee") and found.receiver != str(creator_id):
                yield f"course_sale {row.id}: {key} went to {found.receiver_kind} {found.receiver}"
    for key in booked:
        yield f"ledger_transfer {key}: pays a sale that does not exist"


def fees_follow_their_rules(session: Session) -> Iterator[str]:
    """Yield sales whose fee is another than the rules of the day they were made on say."""
    for row, _ in queries.all_sales(session):
        fee_fen = fee_of(row.price_fen, fee_bp=course_rules(row.rules_from).fee_bp)
        if row.fee_fen != fee_fen:
            yield f"course_sale {row.id}: the fee is {row.fee_fen}, its rules say {fee_fen}"


def _expected(row: CourseSale) -> dict[str, int]:
    """Return what must stand in the ledger, by key: the sale, or what is kept after its refund."""
    key, kept = sales.income_key(row), sales.kept_key(row)
    if row.state != SaleState.REFUNDED:
        return {
            key: row.price_fen - row.fee_fen,
            trade.fee_key(key): row.fee_fen,
            kept: 0,
            trade.fee_key(kept): 0,
        }
    left_fen = row.price_fen - row.refund_fen
    fee_fen = fee_of(left_fen, fee_bp=course_rules(row.rules_from).fee_bp)
    return {key: 0, trade.fee_key(key): 0, kept: left_fen - fee_fen, trade.fee_key(kept): fee_fen}


INVARIANTS = (
    Invariant("courses.sales_are_booked", sales_are_booked),
    Invariant("courses.fees_follow_their_rules", fees_follow_their_rules),
)
