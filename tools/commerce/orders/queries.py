"""Every SELECT about briefs and brand orders."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, Row, case, cast, func, select
from sqlalchemy.orm import Session

from tools.commerce.orders.models import BrandBrief, BrandOrder, BrandOrderEvent
from tools.commerce.orders.states import OrderEvent, OrderState

_HOLDING = tuple(state.value for state in OrderState if state.holds_money)
_ASKED = tuple(state.value for state in OrderState if state.waits_for_answer)
# Prices that a creator has named or agreed to; what a brand only offered is no price of theirs.
_PRICED = tuple(
    state.value
    for state in OrderState
    if state.holds_money or state in (OrderState.QUOTED, OrderState.SETTLED)
)


def brief_by_key(session: Session, *, key: str, lock: bool = False) -> BrandBrief | None:
    """Return the brief; with `lock` nobody else decides about its budget until the transaction ends."""
    query = select(BrandBrief).where(BrandBrief.key == key)
    return session.scalar(query.with_for_update() if lock else query)


def lock_brief(session: Session, *, brief_id: int) -> BrandBrief:
    """Hold the brief until the transaction ends: its budget is one number for all its orders."""
    return session.scalars(
        select(BrandBrief)
        .where(BrandBrief.id == brief_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def open_briefs(
    session: Session, *, creator_id: int, on: date, category: str | None, min_fen: int
) -> Sequence[Row[int, str | None, str, str, int, int, int]]:
    """Return id, category, audience, kind, price, ceiling and free budget of the briefs that the creator could take.

    Columns only: of ten thousand, a handful is shown.
    """
    taken = (
        select(BrandOrder.brief_id, func.sum(BrandOrder.held_fen + BrandOrder.paid_fen).label("fen"))
        .group_by(BrandOrder.brief_id)
        .subquery()
    )
    mine = select(BrandOrder.brief_id).where(BrandOrder.creator_id == creator_id)
    left_fen = cast(BrandBrief.budget_fen - func.coalesce(taken.c.fen, 0), BigInteger)
    query = (
        select(
            BrandBrief.id,
            BrandBrief.category,
            BrandBrief.audience,
            BrandBrief.kind,
            BrandBrief.price_fen,
            BrandBrief.ceiling_fen,
            left_fen,
        )
        .outerjoin(taken, taken.c.brief_id == BrandBrief.id)
        .where(
            BrandBrief.closed_at.is_(None),
            BrandBrief.deadline >= on,
            BrandBrief.ceiling_fen >= min_fen,
            left_fen >= BrandBrief.ceiling_fen,
            BrandBrief.id.not_in(mine),
        )
        .order_by(BrandBrief.deadline, BrandBrief.key)
    )
    if category is not None:
        query = query.where(BrandBrief.category == category)
    return session.execute(query).all()


def briefs(session: Session, *, ids: Collection[int]) -> dict[int, BrandBrief]:
    """Return briefs by id."""
    rows = session.scalars(select(BrandBrief).where(BrandBrief.id.in_(ids)))
    return {row.id: row for row in rows}


def all_briefs(session: Session) -> Sequence[BrandBrief]:
    """Return every brief, by key."""
    return session.scalars(select(BrandBrief).order_by(BrandBrief.key)).all()


def ended_briefs(session: Session, *, on: date) -> list[str]:
    """Return the keys of briefs whose deadline has passed and none of whose orders can still cost anything."""
    alive = (
        select(BrandOrder.id)
        .where(BrandOrder.brief_id == BrandBrief.id, BrandOrder.state.in_((*_HOLDING, *_ASKED)))
        .exists()
    )
    return list(
        session.scalars(
            select(BrandBrief.key)
            .where(BrandBrief.closed_at.is_(None), BrandBrief.deadline < on, ~alive)
            .order_by(BrandBrief.key)
        )
    )


def taken_fen(session: Session, *, brief_id: int) -> int:
    """Return what the brief's orders have set aside or been paid."""
    taken = session.scalar(
        select(func.coalesce(func.sum(BrandOrder.held_fen + BrandOrder.paid_fen), 0)).where(
            BrandOrder.brief_id == brief_id
        )
    )
    return int(taken or 0)


def taken_of_all(session: Session) -> dict[int, int]:
    """Return what each brief's orders have set aside or been paid."""
    rows = session.execute(
        select(BrandOrder.brief_id, func.sum(BrandOrder.held_fen + BrandOrder.paid_fen)).group_by(
            BrandOrder.brief_id
        )
    )
    return {brief_id: int(taken) for brief_id, taken in rows}


def orders_of(session: Session, *, creator_id: int) -> Sequence[BrandOrder]:
    """Return the creator's orders, the latest change first."""
    return session.scalars(
        select(BrandOrder)
        .where(BrandOrder.creator_id == creator_id)
        .order_by(BrandOrder.changed_at.desc(), BrandOrder.id.desc())
    ).all()


def order_of(session: Session, *, brief_id: int, creator_id: int) -> BrandOrder | None:
    """Return the creator's order on a brief."""
    return session.scalar(
        select(BrandOrder).where(BrandOrder.brief_id == brief_id, BrandOrder.creator_id == creator_id)
    )


def order(session: Session, *, order_id: int, lock: bool = False) -> BrandOrder | None:
    """Return an order; with `lock` it is read anew and held until the transaction ends."""
    query = select(BrandOrder).where(BrandOrder.id == order_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def all_orders(session: Session) -> Sequence[BrandOrder]:
    """Return every order, the oldest first."""
    return session.scalars(select(BrandOrder).order_by(BrandOrder.id)).all()


def locked_order(session: Session, *, order_id: int) -> BrandOrder | None:
    """Return an order, locked after its brief: everybody who locks both does so in this order."""
    brief_id = session.scalar(select(BrandOrder.brief_id).where(BrandOrder.id == order_id))
    if brief_id is None:
        return None
    lock_brief(session, brief_id=brief_id)
    return order(session, order_id=order_id, lock=True)


def unfinished(session: Session, *, brief_id: int) -> Sequence[BrandOrder]:
    """Return the brief's orders that are not over, the oldest first."""
    over = [state.value for state in OrderState if state.is_over]
    return session.scalars(
        select(BrandOrder)
        .where(BrandOrder.brief_id == brief_id, BrandOrder.state.not_in(over))
        .order_by(BrandOrder.id)
    ).all()


def creators_of(session: Session, *, brief_id: int) -> set[int]:
    """Return who has an order on the brief."""
    return set(session.scalars(select(BrandOrder.creator_id).where(BrandOrder.brief_id == brief_id)))


def due_answers(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Return orders whose time to answer is over, the oldest first."""
    return list(
        session.scalars(
            select(BrandOrder.id)
            .where(BrandOrder.answer_by <= now)
            .order_by(BrandOrder.answer_by, BrandOrder.id)
            .limit(limit)
        )
    )


def in_state(session: Session, *, states: Collection[OrderState], after: int, limit: int) -> list[BrandOrder]:
    """Return orders in these states with an id above `after`, by id."""
    return list(
        session.scalars(
            select(BrandOrder)
            .where(BrandOrder.state.in_([state.value for state in states]), BrandOrder.id > after)
            .order_by(BrandOrder.id)
            .limit(limit)
        )
    )


def prices_of(session: Session, *, creator_id: int, since: datetime) -> list[int]:
    """Return the prices that a creator has named or agreed to."""
    return list(
        session.scalars(
            select(BrandOrder.price_fen).where(
                BrandOrder.creator_id == creator_id,
                BrandOrder.opened_at >= since,
                BrandOrder.state.in_(_PRICED),
            )
        )
    )


def peer_prices(
    session: Session, *, tier: str, category: str | None, but: int, since: datetime
) -> dict[int, list[int]]:
    """Return the prices of a tier's other creators (of one category, where given), by creator; orders by effect have none."""
    query = (
        select(BrandOrder.creator_id, BrandOrder.price_fen)
        .join(BrandBrief, BrandBrief.id == BrandOrder.brief_id)
        .where(
            BrandOrder.tier == tier,
            BrandOrder.opened_at >= since,
            BrandOrder.creator_id != but,
            BrandOrder.state.in_(_PRICED),
            BrandBrief.kind != "effect",
        )
    )
    if category is not None:
        query = query.where(BrandOrder.category == category)
    found: dict[int, list[int]] = {}
    for creator_id, price_fen in session.execute(query):
        found.setdefault(creator_id, []).append(price_fen)
    return found


def outcomes(session: Session, *, creator_id: int) -> dict[str, int]:
    """Return how many of a creator's orders are in each state."""
    rows = session.execute(
        select(BrandOrder.state, func.count())
        .where(BrandOrder.creator_id == creator_id)
        .group_by(BrandOrder.state)
    )
    return {state: int(count) for state, count in rows}


def given_back(session: Session, *, creator_id: int, since: datetime) -> list[datetime]:
    """Return when the creator has given accepted orders back, the oldest first."""
    return list(
        session.scalars(
            select(BrandOrderEvent.at)
            .join(BrandOrder, BrandOrder.id == BrandOrderEvent.order_id)
            .where(
                BrandOrder.creator_id == creator_id,
                BrandOrderEvent.event == OrderEvent.CANCEL.value,
                BrandOrderEvent.at >= since,
            )
            .order_by(BrandOrderEvent.at)
        )
    )


def work_is_used(session: Session, *, work_id: int, but: int) -> bool:
    """Whether another order that was not cancelled has been given this work."""
    found = session.scalar(
        select(BrandOrder.id).where(
            BrandOrder.work_id == work_id, BrandOrder.id != but, BrandOrder.state != "cancelled"
        )
    )
    return found is not None


def events(session: Session, *, order_id: int) -> Sequence[BrandOrderEvent]:
    """Return what happened to an order, in order."""
    return session.scalars(
        select(BrandOrderEvent)
        .where(BrandOrderEvent.order_id == order_id)
        .order_by(BrandOrderEvent.at, BrandOrderEvent.id)
    ).all()


def event_counts(session: Session) -> dict[int, tuple[int, int]]:
    """Return how often each order was begun (invited, or quoted first) and how often it was settled."""
    begun = func.sum(case((BrandOrderEvent.key.in_(("invite:1", "quote:1")), 1), else_=0))
    paid = func.sum(case((BrandOrderEvent.event.in_(("settle", "rule")), 1), else_=0))
    rows = session.execute(select(BrandOrderEvent.order_id, begun, paid).group_by(BrandOrderEvent.order_id))
    return {order_id: (int(first), int(settled)) for order_id, first, settled in rows}


def event_keys(session: Session, *, order_id: int) -> set[str]:
    """Return the keys of an order's events."""
    return set(session.scalars(select(BrandOrderEvent.key).where(BrandOrderEvent.order_id == order_id)))


def last_event_at(session: Session, *, order_id: int, event: OrderEvent) -> datetime | None:
    """Return when an event last happened to an order."""
    return session.scalar(
        select(BrandOrderEvent.at)
        .where(BrandOrderEvent.order_id == order_id, BrandOrderEvent.event == event.value)
        .order_by(BrandOrderEvent.id.desc())
        .limit(1)
    )
