"""Accounts with works and days, for tests of tasks, live incentive and coupons."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tests.calls import a_creator
from tools.creators.models import AccountDay, Creator, Work, WorkDay
from tools.kernel.period import PLATFORM_ZONE
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose
from tools.payout.programs import Program
from tools.payout.service import post_transfer


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """Return a moment of the platform's day."""
    return datetime.combine(day, time(hour, minute), PLATFORM_ZONE)


def an_account(
    session: Session,
    handle: str,
    *,
    followers: int = 12_000,
    verified: bool = True,
    shop_opened_on: date | None = None,
) -> int:
    creator = a_creator(session, handle, followers=followers)
    row = session.get_one(Creator, creator)
    row.real_name_verified = verified
    row.shop_opened_on = shop_opened_on
    row.shop_score_hundredths = 470 if shop_opened_on else None
    session.flush()
    return creator


def a_day(
    session: Session, creator: int, day: date, *, live_seconds: int = 0, new_followers: int = 0
) -> None:
    followers = session.get_one(Creator, creator).followers
    session.add(
        AccountDay(
            creator_id=creator, day=day, followers=followers, new_followers=new_followers,
            lost_followers=new_followers, profile_views=0, live_seconds=live_seconds,
        )
    )  # fmt: skip
    session.flush()


def a_work(
    session: Session,
    creator: int,
    published_at: datetime,
    *,
    kind: str = "video",
    original: bool = True,
    seconds: int = 30,
    title: str = "锅包肉",
) -> int:
    number = session.query(Work).count() + 1
    work = Work(
        public_id=f"3xw{number:05d}", creator_id=creator, title=f"{title}{number}", kind=kind, category="美食",
        published_at=published_at, duration_seconds=seconds, original=original,
    )  # fmt: skip
    session.add(work)
    session.flush()
    return work.id


def plays_of(session: Session, work: int, day: date, plays: int, *, likes: int = 0) -> None:
    session.add(
        WorkDay(
            work_id=work, day=day, plays=plays, completed_plays=0, follower_plays=0, watch_seconds=plays,
            likes=likes, comments=0, shares=0, favourites=0, new_followers=0,
        )
    )  # fmt: skip
    session.flush()


def a_traffic_grant(
    session: Session, creator: int, impressions: int, day: date, *, key: str, program: str = "guanghe"
) -> None:
    """Grant impressions the way any programme does: by a transfer."""
    post_transfer(
        session,
        Posting(
            key=key,
            debit=Owner(OwnerKind.EXTERNAL, f"program:{program}"),
            credit=Owner(OwnerKind.CREATOR, str(creator)),
            asset=Asset.TRAFFIC,
            amount=impressions,
            purpose=Purpose.INCENTIVE,
            day=day,
            program=program,
        ),
        now=at(day),
    )


def days_after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def program_of(programs: tuple[Program, ...], program: str) -> Program:
    return next(each for each in programs if each.id == program)
