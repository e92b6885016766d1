"""What must hold between briefs, orders and the ledger at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.commerce.orders import queries, steps
from tools.commerce.orders.states import OrderState, fee_of
from tools.kernel.invariant import Invariant
from tools.payout import trade


def budgets_hold_their_orders(session: Session) -> Iterator[str]:
    """Yield briefs whose orders take more than the budget, or whose pool holds another sum than is left."""
    taken = queries.taken_of_all(session)
    paid: dict[int, int] = {}
    for row in queries.all_orders(session):
        paid[row.brief_id] = paid.get(row.brief_id, 0) + row.paid_fen
    for brief in queries.all_briefs(session):
        if taken.get(brief.id, 0) > brief.budget_fen:
            yield f"brand_brief {brief.key}: orders take {taken[brief.id]} fen of a budget of {brief.budget_fen}"
        expected = 0 if brief.closed_at else brief.budget_fen - paid.get(brief.id, 0)
        held = trade.pool_fen(session, name=brief.pool)
        if held != expected:
            yield f"brand_brief {brief.key}: its pool holds {held} fen, expected {expected}"


def settled_orders_are_booked(session: Session) -> Iterator[str]:
    """Yield orders whose income or fee in the ledger is missing or another, and transfers of no settled order."""
    booked = trade.booked(session, prefix=steps.income_prefix())
    for row in queries.all_orders(session):
        key = steps.income_key(row)
        parts = {key: row.paid_fen - row.fee_fen, trade.fee_key(key): row.fee_fen}
        for each, expected in parts.items():
            found = booked.pop(each, None)
            amount = found.amount if found else 0
            if amount != expected:
                yield f"brand_order {row.number}: {each} is {amount} fen in the ledger, {expected} in the row"
            elif found and each == key and found.receiver != str(row.creator_id):
                yield f"brand_order {row.number}: {each} went to {found.receiver_kind} {found.receiver}"
    for key in booked:
        yield f"ledger_transfer {key}: pays an order that does not exist"


def fees_follow_their_rules(session: Session) -> Iterator[str]:
    """Yield orders that were accepted without rules, or whose fee is another than those say."""
    for row in queries.all_orders(session):
        state = OrderState(row.state)
        if (state.holds_money or row.paid_fen) and row.rules_from is None:
            yield f"brand_order {row.number}: is {row.state} without the rules it was accepted under"
        elif row.paid_fen and row.fee_fen != fee_of(row.paid_fen, fee_bp=steps.rules_of(row).fee_bp):
            yield f"brand_order {row.number}: the fee is {row.fee_fen} of {row.paid_fen} fen"


def states_follow_their_events(session: Session) -> Iterator[str]:
    """Yield orders that were not begun once, and those whose number of settlements is not one where they are settled."""
    counts = queries.event_counts(session)
    for row in queries.all_orders(session):
        begun, settled = counts.get(row.id, (0, 0))
        if begun != 1:
            yield f"brand_order {row.number}: was begun {begun} times"
        if settled > 1 or (row.paid_fen and settled != 1):
            yield f"brand_order {row.number}: was settled {settled} times"


INVARIANTS = (
    Invariant("orders.budgets_hold_their_orders", budgets_hold_their_orders),
    Invariant("orders.settled_orders_are_booked", settled_orders_are_booked),
    Invariant("orders.fees_follow_their_rules", fees_follow_their_rules),
    Invariant("orders.states_follow_their_events", states_follow_their_events),
)
