"""Every SELECT of inspiration."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.accounts import tier_of
from tools.creators.inspiration.models import TopicStanding
from tools.creators.inspiration.ranking import Tally
from tools.creators.models import Creator, Work, WorkDay
from tools.creators.queries import midnight
from tools.kernel.period import Period


@dataclass(frozen=True, slots=True)
class PlayedWork:
    """A work that came out in the period, and what came of it until its end."""

    title: str
    category: str
    tier: str
    tally: Tally


def works(session: Session, *, period: Period, after: int, until: int) -> list[PlayedWork]:
    """Return the works that creators with ids above `after` up to `until` published in the period."""
    query = (
        select(
            Work.title,
            Work.category,
            Creator.followers,
            _total(WorkDay.plays),
            _total(WorkDay.likes),
            _total(WorkDay.comments),
            _total(WorkDay.shares),
            _total(WorkDay.favourites),
            _total(WorkDay.new_followers),
        )
        .join(Creator, Creator.id == Work.creator_id)
        .outerjoin(WorkDay, and_(WorkDay.work_id == Work.id, WorkDay.day < period.ends_on))
        .where(
            Work.creator_id > after,
            Work.creator_id <= until,
            Work.kind != "live",
            Work.published_at >= midnight(period.starts_on),
            Work.published_at < midnight(period.ends_on),
        )
        .group_by(Work.id, Creator.id)
        .order_by(Work.id)
    )
    return [
        PlayedWork(title, category, tier_of(followers).value, Tally(1, *counts))
        for title, category, followers, *counts in session.execute(query)
    ]


def titles(session: Session, *, creator_id: int, period: Period) -> list[str]:
    """Return the titles of the works, live sessions aside, that the creator published in the period and on the day it ends, newest first."""
    query = (
        select(Work.title)
        .where(
            Work.creator_id == creator_id,
            Work.kind != "live",
            Work.published_at >= midnight(period.starts_on),
            Work.published_at < midnight(period.ends_on + timedelta(days=1)),
        )
        .order_by(Work.published_at.desc(), Work.id.desc())
    )
    return list(session.scalars(query))


def standings(session: Session, *, category: str) -> list[TopicStanding]:
    """Return the snapshot's rows of a category, along its primary key."""
    query = (
        select(TopicStanding)
        .where(TopicStanding.category == category)
        .order_by(TopicStanding.tier, TopicStanding.idea)
    )
    return list(session.scalars(query))


def delete_standings(session: Session) -> None:
    """Empty the snapshot."""
    session.execute(delete(TopicStanding))


def last_id(session: Session) -> int:
    """Return the largest creator id, 0 when there is none."""
    return session.scalar(select(func.max(Creator.id))) or 0


def _total(column: InstrumentedAttribute[int]) -> ColumnElement[Any]:  # Any: a count, cast to a whole number
    # PostgreSQL sums bigint into numeric: the cast keeps counts whole numbers on both databases.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
