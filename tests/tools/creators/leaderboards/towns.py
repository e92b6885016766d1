"""A small town whose figures a test chooses: one work an account, all of last week."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tools.creators.models import AccountDay, Creator, Violation, Work, WorkDay
from tools.kernel.period import PLATFORM_ZONE

ON = date(2022, 8, 15)
DAY = date(2022, 8, 10)


def a_resident(  # noqa: PLR0913 - each test names what it is about, and nothing else
    session: Session,
    name: str,
    *,
    plays: int,
    category: str = "美食",
    city: str = "沈阳",
    joined_on: date = date(2021, 1, 1),
    day: date = DAY,
    completed: int = 0,
    gained: int = 0,
    lost: int = 0,
    live_seconds: int = 0,
    serious_on: date | None = None,
    seconds: int = 30,
    title: str = "锅包肉",
) -> int:
    """Store an account with a work of the day and return its id."""
    creator = Creator(
        handle=name, nickname=name, category=category, city=city, joined_on=joined_on, followers=1_000
    )
    session.add(creator)
    session.flush()
    work = Work(
        public_id=f"3x{name}{day:%m%d}",
        creator_id=creator.id,
        title=title,
        kind="video",
        category=category,
        published_at=datetime(day.year, day.month, day.day, 12, tzinfo=PLATFORM_ZONE),
        duration_seconds=seconds,
    )
    session.add(work)
    session.flush()
    played(session, work.id, day, plays, completed=completed)
    session.add(
        AccountDay(
            creator_id=creator.id,
            day=day,
            followers=1_000 + gained - lost,
            new_followers=gained,
            lost_followers=lost,
            profile_views=0,
            live_seconds=live_seconds,
        )
    )
    if serious_on:
        session.add(
            Violation(
                creator_id=creator.id, day=serious_on, severity="serious", policy="p", clause="1", note="n"
            )
        )
    session.flush()
    return creator.id


def played(session: Session, work_id: int, day: date, plays: int, *, completed: int = 0) -> None:
    """Store a day of a work."""
    session.add(
        WorkDay(
            work_id=work_id,
            day=day,
            plays=plays,
            completed_plays=completed,
            follower_plays=0,
            watch_seconds=0,
            likes=plays // 10,
            comments=0,
            shares=0,
            favourites=0,
            new_followers=0,
        )
    )
    session.flush()


def a_town(session: Session, *plays: int, first: int = 0, day: date = DAY) -> list[int]:
    """Store accounts with these plays, a day older each, and return their ids."""
    return [
        a_resident(
            session,
            f"r{first + number}",
            plays=count,
            joined_on=date(2021, 1, 1) + timedelta(days=number),
            day=day,
        )
        for number, count in enumerate(plays)
    ]
