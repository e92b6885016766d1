"""Steps of stored orders: the pure machine decides, the row and its event are written, the ledger moves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tools.commerce.orders import queries
from tools.commerce.orders.models import BrandBrief, BrandOrder, BrandOrderEvent
from tools.commerce.orders.rules import OrderRules, order_rules
from tools.commerce.orders.states import (
    Happening,
    Order,
    OrderEvent,
    OrderState,
    advance,
    fee_of,
)
from tools.creators import service as creators
from tools.kernel.agent_tool import Button
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.payout import trade
from tools.payout.posting import Purpose

_LONGEST = 200
_PREFIX = "order:"
_CREATOR = "creator"


@dataclass(frozen=True, slots=True)
class Told:
    """Who did something, what they said of it, and what the creator is told of it, if anything."""

    by: str = _CREATOR
    note: str = ""
    tells: str = ""


def step(session: Session, row: BrandOrder, happening: Happening, told: Told) -> None:
    """Take a step of an order that the caller has locked. Raises WrongStepError, then nothing has changed."""
    after = advance(as_order(row), happening)
    row.state, row.answer_by = after.state.value, after.answer_by
    row.held_fen, row.paid_fen, row.revisions = after.held_fen, after.paid_fen, after.revisions
    row.changed_at = happening.now
    note_event(session, row, happening.event.value, now=happening.now, told=told)


def note_event(
    session: Session, row: BrandOrder, event: str, *, now: datetime, told: Told, key: str = ""
) -> None:
    """Store what happened and leave the creator its words; without a key of its own an event is numbered among the order's.

    What creators did themselves they were told at once.
    """
    key = key or f"{event}:{len(queries.event_keys(session, order_id=row.id)) + 1}"
    session.add(
        BrandOrderEvent(
            order_id=row.id,
            key=key,
            event=event,
            by=told.by,
            at=now,
            note=told.note.strip()[:_LONGEST],
            tells=told.tells[:_LONGEST],
        )
    )
    session.flush()
    if told.tells and told.by != _CREATOR:
        notices.leave(
            session,
            creator_id=row.creator_id,
            topic=Topic.OFFER if row.state == OrderState.INVITED else Topic.ORDER,
            text=told.tells,
            dedupe_key=f"{_PREFIX}{row.id}:{key}",
            expires_at=row.answer_by,
            facts={"order": row.number, "event": event},
            buttons=(Button("看这个商单", f"商单 {row.number} 什么情况"),),
            now=now,
        )


def open_order(
    session: Session,
    brief: BrandBrief,
    *,
    creator_id: int,
    order: Order,
    now: datetime,
    told: Told,
) -> BrandOrder:
    """Store a new order in its first state: an invitation or a quote."""
    account = creators.account(session, creator_id=creator_id)
    row = BrandOrder(
        brief_id=brief.id,
        creator_id=creator_id,
        state=order.state.value,
        price_fen=order.price_fen,
        quotes=1 if order.state is OrderState.QUOTED else 0,
        category=account.category,
        tier=account.tier.value,
        opened_at=now,
        changed_at=now,
        answer_by=order.answer_by,
    )
    session.add(row)
    session.flush()
    note_event(session, row, "invite" if order.state is OrderState.INVITED else "quote", now=now, told=told)
    return row


def accept(session: Session, row: BrandOrder, *, now: datetime) -> None:
    """Accept a locked order: its price is set aside out of the brief's budget, under the rules of today."""
    brief = queries.lock_brief(session, brief_id=row.brief_id)
    left_fen = brief.budget_fen - queries.taken_fen(session, brief_id=brief.id)
    step(session, row, Happening(OrderEvent.ACCEPT, now, left_fen=left_fen), Told(tells="已接单"))
    row.rules_from = order_rules(platform_day(now)).starts_on
    session.flush()


def pay(session: Session, row: BrandOrder, *, event: OrderEvent, fen: int, now: datetime, told: Told) -> None:
    """Settle a locked order (or rule on its dispute) with `fen`: into the ledger, the platform's fee taken off.

    What was set aside beyond that is free for the brief's other orders.
    """
    brief = queries.lock_brief(session, brief_id=row.brief_id)
    step(session, row, Happening(event, now, fen=fen), told)
    rules = rules_of(row)
    row.fee_fen = fee_of(fen, fee_bp=rules.fee_bp)
    session.flush()
    if fen:
        day = platform_day(now)
        earning = trade.Earning(
            key=income_key(row),
            creator_id=row.creator_id,
            purpose=Purpose.BRAND_ORDERS,
            payer=trade.pool(brief.pool),
            gross_fen=fen,
            fee_fen=row.fee_fen,
            day=day,
            # brand-orders-rules 2.4 and earnings-settlement 1.3: within 7 days of the brand's acceptance.
            settles_on=day + settles_after(rules),
            rules_from=rules.starts_on,
            source=row.number,
            note=brief.brand,
        )
        trade.earn(session, earning, now=now)


def as_order(row: BrandOrder) -> Order:
    """Return the row as the machine sees it."""
    return Order(
        OrderState(row.state), row.price_fen, row.answer_by, row.held_fen, row.paid_fen, row.revisions
    )


def rules_of(row: BrandOrder) -> OrderRules:
    """Return the rules that an accepted order stands under."""
    assert row.rules_from is not None, "an accepted order has its rules"
    return order_rules(row.rules_from)


def income_key(row: BrandOrder) -> str:
    """Return the ledger key of an order's income: one for each order, so that it is settled once."""
    return f"{_PREFIX}{row.id}"


def income_prefix() -> str:
    """Return what the ledger keys of all orders begin with."""
    return _PREFIX


def settles_after(rules: OrderRules) -> timedelta:
    """Return how long after the acceptance the income becomes withdrawable."""
    return timedelta(days=rules.settles_after_days)


def platform_day(at: datetime) -> date:
    """Return the platform's day of an instant."""
    return at.astimezone(PLATFORM_ZONE).date()
