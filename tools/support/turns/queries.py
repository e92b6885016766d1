"""Every SELECT of the turns' figures, and of what waits to be sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, func, select
from sqlalchemy.orm import Session

from tools.support.deliveries.models import Delivery
from tools.support.models import Conversation, InboxUpdate, Message
from tools.support.turns.models import TurnFigure


def by_route(session: Session, *, since: datetime, until: datetime) -> Sequence[Row[str, str, int, int]]:
    """Return routes and kinds with how many turns they had and their milliseconds in all, the most frequent first."""
    turns = func.count()
    return session.execute(
        select(TurnFigure.route, TurnFigure.kind, turns, func.sum(TurnFigure.milliseconds))
        .where(*_within(since, until))
        .group_by(TurnFigure.route, TurnFigure.kind)
        .order_by(turns.desc(), TurnFigure.route, TurnFigure.kind)
    ).all()


def reasons(
    session: Session, *, since: datetime, until: datetime, limit: int
) -> Sequence[Row[str, str, int]]:
    """Return why tools said no, the most frequent first."""
    turns = func.count()
    return session.execute(
        select(TurnFigure.route, TurnFigure.reason, turns)
        .where(*_within(since, until), TurnFigure.reason != "")
        .group_by(TurnFigure.route, TurnFigure.reason)
        .order_by(turns.desc(), TurnFigure.route, TurnFigure.reason)
        .limit(limit)
    ).all()


def channels(session: Session, *, since: datetime, until: datetime) -> Sequence[Row[str, int]]:
    """Return how many turns each channel had."""
    turns = func.count()
    return session.execute(
        select(TurnFigure.channel, turns)
        .where(*_within(since, until))
        .group_by(TurnFigure.channel)
        .order_by(turns.desc(), TurnFigure.channel)
    ).all()


def milliseconds_at(session: Session, *, since: datetime, until: datetime, place: int) -> int | None:
    """Return the milliseconds of the turn at a place, the quickest being 0."""
    return session.scalar(
        select(TurnFigure.milliseconds)
        .where(*_within(since, until))
        .order_by(TurnFigure.milliseconds, TurnFigure.id)
        .offset(place)
        .limit(1)
    )


def delete_before(session: Session, *, before: datetime, limit: int) -> int:
    """Delete the oldest figures from before the moment; return how many there were."""
    oldest = select(TurnFigure.id).where(TurnFigure.at < before).order_by(TurnFigure.at).limit(limit)
    ids = list(session.scalars(oldest))
    if ids:
        session.execute(delete(TurnFigure).where(TurnFigure.id.in_(ids)))
    return len(ids)


def waiting_messages(session: Session) -> Sequence[Row[str, int, datetime]]:
    """Return by channel how many messages wait for delivery, and since when the oldest does."""
    return session.execute(
        select(Conversation.channel, func.count(), func.min(Message.at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.delivered_at.is_(None))
        .group_by(Conversation.channel)
    ).all()


def last_deliveries(session: Session, *, messages: int) -> Sequence[Row[str, str | None, int]]:
    """Return by channel and outcome how many of the log's last messages a messenger was asked to show."""
    newest = select(func.max(Message.id)).scalar_subquery()
    return session.execute(
        select(Delivery.channel, Delivery.outcome, func.count())
        .where(Delivery.message_id > newest - messages)
        .group_by(Delivery.channel, Delivery.outcome)
    ).all()


def waiting_updates(session: Session) -> Sequence[Row[str, int]]:
    """Return by channel how many updates of a messenger wait for their answer."""
    return session.execute(
        select(InboxUpdate.channel, func.count())
        .where(InboxUpdate.finished_at.is_(None))
        .group_by(InboxUpdate.channel)
    ).all()


def _within(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return TurnFigure.at >= since, TurnFigure.at < until
