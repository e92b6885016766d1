"""Orders and their commissions: what is known of an order decides what stands in the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.goods import queries
from tools.commerce.goods.models import Sale
from tools.commerce.goods.sales import SaleFacts, SaleState, settles_on, together
from tools.payout import trade
from tools.payout.posting import Purpose
from tools.payout.trade import Earning, NotCoveredError

KEY_PREFIX: Final = "goods:"
_REFUNDED: Final = "买家退款"
_AT_ONCE: Final = 500


class Outcome(StrEnum):
    """What a fact changed."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def record(
    session: Session, facts: Sequence[SaleFacts], *, categories: Mapping[int, str], now: datetime
) -> Iterator[Outcome]:
    """Yield what each fact changed, once it is stored and the ledger agrees with it.

    The same facts in another sequence, or again, end in the same. `categories` names the content of every creator among
    them. Raises SaleContradictionError at the fact that contradicts an earlier one.
    """
    known = queries.sales_by_number(session, {fact.number for fact in facts}, lock=True)
    for fact in facts:
        row = known.get(fact.number)
        if row is None:
            row = known[fact.number] = _stored(session, fact, content_category=categories[fact.creator_id])
            _settle_up(session, row, fact, now=now)
            yield Outcome.NEW
            continue
        before = facts_of(row)
        after = together(before, fact)
        if after == before:
            yield Outcome.UNCHANGED
            continue
        row.received_on, row.refunded_on, row.state = after.received_on, after.refunded_on, after.state.value
        _settle_up(session, row, after, now=now)
        yield Outcome.CHANGED


def collect_owed(session: Session, *, after: int, now: datetime) -> int | None:
    """Take back refunded commissions that creators hold again, after this row; return the last row seen, None at the end."""
    rows = queries.owed(session, after=after, limit=_AT_ONCE)
    for row in rows:
        assert row.ledger_key is not None
        row.owed = not _taken_back(session, row.ledger_key, now=now)
    session.flush()
    return rows[-1].id if rows else None


def facts_of(row: Sale) -> SaleFacts:
    """Return what a stored order says."""
    return SaleFacts(
        row.number,
        row.creator_id,
        row.product_id,
        row.quantity,
        row.paid_fen,
        row.commission_bp,
        row.bought_on,
        row.received_on,
        row.refunded_on,
    )


def _stored(session: Session, fact: SaleFacts, *, content_category: str) -> Sale:
    row = Sale(
        number=fact.number,
        creator_id=fact.creator_id,
        product_id=fact.product_id,
        content_category=content_category,
        quantity=fact.quantity,
        paid_fen=fact.paid_fen,
        commission_bp=fact.commission_bp,
        commission_fen=fact.commission_fen,
        bought_on=fact.bought_on,
        received_on=fact.received_on,
        refunded_on=fact.refunded_on,
        state=fact.state.value,
        owed=False,
    )
    session.add(row)
    session.flush()
    return row


def _settle_up(session: Session, row: Sale, facts: SaleFacts, *, now: datetime) -> None:
    """Book the commission of a received order, or take back that of a refunded one."""
    match facts.state:
        case SaleState.ORDERED:
            pass
        case SaleState.RECEIVED:
            if row.ledger_key is None and facts.earned_fen > 0:
                row.ledger_key = KEY_PREFIX + row.number
                trade.earn(session, _earning(row, facts), now=now)
        case SaleState.REFUNDED:
            if row.ledger_key is not None:
                row.owed = not _taken_back(session, row.ledger_key, now=now)
    session.flush()


def _taken_back(session: Session, key: str, *, now: datetime) -> bool:
    """Take a commission back; False when it is settled and the creator no longer holds that much."""
    try:
        with session.begin_nested():
            trade.take_back(session, key=key, reason=_REFUNDED, now=now)
    except NotCoveredError:
        return False
    return True


def _earning(row: Sale, facts: SaleFacts) -> Earning:
    assert facts.received_on is not None
    assert row.ledger_key is not None
    return Earning(
        key=row.ledger_key,
        creator_id=row.creator_id,
        purpose=Purpose.GOODS,
        payer=trade.buyers(Purpose.GOODS.value),
        gross_fen=facts.earned_fen,
        fee_fen=0,
        day=facts.received_on,
        settles_on=settles_on(facts.received_on),
        source=row.number,
        note="快分销佣金",
    )
