"""The demo's short dramas: effective plays that fit the works' plays, and the shares that the daily run grants."""

import zlib
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import drama_service
from tools.payout.drama_service import Figure

# Out of 100 plays, between 52 and 67 stay for five seconds and are a viewer's first of the day.
_LEAST_PERCENT, _SPREAD = 52, 16
# One day in seven has plays that were bought, one in a hundred of them.
_FRAUD_DAYS, _FRAUD_PART = 7, 100


def load(session: Session, *, creator_id: int | None, first: date, before: date) -> None:
    """Make the figures of these days known, and the shares granted on the morning after each."""
    if creator_id is None:
        return
    episodes = {
        episode.work_id: episode.public_id
        for episode in creators.episodes_of_creators(session, creator_ids=[creator_id])
    }
    plays = creators.plays_of_days(session, work_ids=episodes)
    for number in range((before - first).days):
        day = first + timedelta(days=number)
        figures = [
            _figure(episodes[work_id], day, seen)
            for (work_id, played_on), seen in plays.items()
            if played_on == day and seen
        ]
        if figures and drama_service.store(session, figures).new:
            now = datetime.combine(day + timedelta(days=1), time(10), PLATFORM_ZONE)
            drama_service.grant_shares(session, creator_ids=[creator_id], now=now)


def _figure(work: str, day: date, plays: int) -> Figure:
    draw = zlib.crc32(f"{work}:{day}".encode())
    effective = plays * (_LEAST_PERCENT + draw % _SPREAD) // 100
    fraud = effective // _FRAUD_PART if draw % _FRAUD_DAYS == 0 else 0
    return Figure(work, day, effective, fraud)
