"""An account whose figures can be added up in one's head."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tools.creators.models import AccountDay, Work, WorkDay
from tools.kernel.period import PLATFORM_ZONE

_ON = date(2022, 8, 15)


def days_of(session: Session, creator: int, *, days: int = 20, until: date = _ON) -> None:
    """Store an account and two works; the day `back` days ago has `back` × 100 plays and `back` new followers."""
    for number, kind in enumerate(("video", "video", "live")):
        session.add(
            Work(
                id=creator * 10 + number,
                public_id=f"w{creator}-{number}",
                creator_id=creator,
                title="红烧肉",
                kind=kind,
                category="美食",
                published_at=datetime(2022, 7, 20, 9, tzinfo=PLATFORM_ZONE),
                duration_seconds=30,
            )
        )
    session.flush()
    for back in range(1, days + 1):
        session.add(
            AccountDay(
                creator_id=creator,
                day=until - timedelta(days=back),
                followers=1_000 - back,
                new_followers=back,
                lost_followers=2,
                profile_views=back * 5,
                live_seconds=0,
            )
        )
        for number in range(3):
            session.add(
                WorkDay(
                    work_id=creator * 10 + number,
                    day=until - timedelta(days=back),
                    plays=back * 50,
                    completed_plays=back * 10,
                    follower_plays=0,
                    watch_seconds=back,
                    likes=back,
                    comments=0,
                    shares=0,
                    favourites=0,
                    new_followers=back,
                )
            )
    session.flush()
