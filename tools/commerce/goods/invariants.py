"""What must hold in goods at any moment."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.commerce.goods import queries
from tools.commerce.goods.commissions import KEY_PREFIX, facts_of
from tools.commerce.goods.models import Sale
from tools.commerce.goods.sales import SaleState
from tools.commerce.goods.service import SAMPLES_A_MONTH
from tools.kernel.invariant import Invariant
from tools.payout import trade
from tools.payout.posting import Purpose
from tools.payout.trade_queries import Income


def commissions_are_booked(session: Session) -> Iterator[str]:
    """Yield orders whose commission stands otherwise in the ledger, and commissions in the ledger of no order."""
    in_ledger = {one.key: one for one in trade.incomes(session, purpose=Purpose.GOODS)}
    for row in queries.all_sales(session):
        facts = facts_of(row)
        if row.commission_fen != facts.commission_fen:
            yield f"sale {row.number}: its commission is {row.commission_fen} fen, {facts.commission_fen} by its rate"
        if row.state != facts.state:
            yield f"sale {row.number}: is {row.state}, {facts.state} by its days"
        yield from _booked_otherwise(row, in_ledger.pop(row.ledger_key, None) if row.ledger_key else None)
    for key in in_ledger:
        if key.startswith(KEY_PREFIX):
            yield f"ledger_transfer {key}: pays the commission of an order that does not exist"


def _booked_otherwise(row: Sale, booked: Income | None) -> Iterator[str]:
    facts = facts_of(row)
    if booked is None:
        if row.ledger_key is not None:
            yield f"sale {row.number}: its transfer {row.ledger_key} is not in the ledger"
        elif facts.earned_fen:
            yield f"sale {row.number}: earned {facts.earned_fen} fen, none of it in the ledger"
        return
    stands = 0 if booked.taken_back else booked.fen
    expected = row.commission_fen if row.owed or facts.state is SaleState.RECEIVED else 0
    if booked.creator_id != row.creator_id:
        yield f"sale {row.number}: is creator {row.creator_id}'s, paid to creator {booked.creator_id}"
    if stands != expected:
        yield f"sale {row.number}: {stands} fen stand in the ledger, {expected} by the order"


def shelves_hold_goods_on_sale(session: Session) -> Iterator[str]:
    """Yield items on a shelf whose product was taken down."""
    for item, code in queries.shelved_though_delisted(session):
        yield f"shelf_item {item}: {code} is taken down and still on the shelf"


def samples_within_the_limit(session: Session) -> Iterator[str]:
    """Yield creators with more samples in a month than the rules give."""
    months = Counter((creator, day.year, day.month) for creator, day in queries.samples_by_month(session))
    for (creator, year, month), count in sorted(months.items()):
        if count > SAMPLES_A_MONTH:
            yield f"sample_request: creator {creator} has {count} in {year}-{month:02d}, {SAMPLES_A_MONTH} at most"


INVARIANTS = (
    Invariant("goods.commissions_are_booked", commissions_are_booked),
    Invariant("goods.shelves_hold_goods_on_sale", shelves_hold_goods_on_sale),
    Invariant("goods.samples_within_the_limit", samples_within_the_limit),
)
