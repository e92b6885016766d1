"""The SELECTs of episodes: one statement, however many works or creators."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tools.creators.episodes import Episode
from tools.creators.models import Work, WorkDay
from tools.kernel.period import PLATFORM_ZONE

# Both databases take at least this many parameters in one statement.
_BATCH = 5_000


def episodes_of_works(session: Session, *, public_ids: Collection[str]) -> dict[str, Episode]:
    """Return the episodes among these works by public id; other works and unknown ids are left out."""
    ordered = sorted(set(public_ids))
    found: dict[str, Episode] = {}
    for start in range(0, len(ordered), _BATCH):
        batch = _episodes(session, Work.public_id.in_(ordered[start : start + _BATCH]))
        found |= {episode.public_id: episode for episode in batch}
    return found


def episodes_of_creators(session: Session, *, creator_ids: Collection[int]) -> list[Episode]:
    """Return all episodes of these creators, the oldest first."""
    ordered = sorted(set(creator_ids))
    found: list[Episode] = []
    for start in range(0, len(ordered), _BATCH):
        found += _episodes(session, Work.creator_id.in_(ordered[start : start + _BATCH]))
    return found


def plays_of_days(session: Session, *, work_ids: Collection[int]) -> dict[tuple[int, date], int]:
    """Return the plays of these works on each day with figures, by work and day."""
    ordered = sorted(set(work_ids))
    found: dict[tuple[int, date], int] = {}
    for start in range(0, len(ordered), _BATCH):
        rows = session.execute(
            select(WorkDay.work_id, WorkDay.day, WorkDay.plays).where(
                WorkDay.work_id.in_(ordered[start : start + _BATCH])
            )
        )
        found |= {(work_id, day): plays for work_id, day, plays in rows}
    return found


def _episodes(session: Session, wanted: ColumnElement[bool]) -> list[Episode]:
    rows = session.execute(
        select(Work.id, Work.public_id, Work.creator_id, Work.series, Work.drama_level, Work.published_at)
        .where(wanted, Work.series.is_not(None))
        .order_by(Work.published_at, Work.id)
    )
    return [
        Episode(work_id, public_id, creator_id, series, level, at.astimezone(PLATFORM_ZONE).date())
        for work_id, public_id, creator_id, series, level, at in rows
        if series is not None
    ]
