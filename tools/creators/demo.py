"""The demo platform: eight accounts with a story each, and a small town of others around them."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tools.creators import demo_income, queries, staging
from tools.creators.curves import demo as curves
from tools.creators.demo_accounts import ACCOUNTS, DEMO_DAY, VIOLATIONS, DemoAccount, DemoViolation, DemoWork
from tools.creators.demo_climbers import CLIMBERS
from tools.creators.exports import EXPORTS, Row
from tools.creators.formulas import demo as formulas
from tools.creators.generate import generate
from tools.creators.growth import service as growth
from tools.creators.inspiration import service as inspiration
from tools.creators.inspiration.load import packaged
from tools.kernel.period import PLATFORM_ZONE

_FIRST_DAY = date(2022, 7, 1)
_DAYS = (DEMO_DAY - _FIRST_DAY).days
_TOWN = 300
_TOWN_SEED = 2022
# Out of 100 plays in two weeks, how many fall on each day after publication.
_DECAY = (46, 19, 10, 7, 5, 3, 2, 2, 1, 1, 1, 1, 1, 1)
_TEN_THOUSAND = 10_000


def load(session: Session, *, on: date) -> None:
    """Store the demo platform as it stood at the end of the day before `on`.

    Loading again changes nothing; a demo platform that was loaded for another day stays as it is.
    """
    if (demo := queries.creator_by_handle(session, ACCOUNTS[0].handle)) and not queries.has_account_day(
        session, creator_id=demo.id, day=on - timedelta(days=1)
    ):
        return
    generate(session, creators=_TOWN, seed=_TOWN_SEED, on=on, days=_DAYS)
    tables = _tables(shift=on - DEMO_DAY)
    with staging.staging(session):
        for export in EXPORTS:
            rows = tables[export.name]
            staging.stage(session, export, rows, numbers=range(1, len(rows) + 1))
            staging.merge(session, export)
        staging.refresh_followers(session)
    town = [f"g{_TOWN_SEED}_{number:07d}" for number in range(_TOWN)]
    demo_income.load(session, handles=town, on=on)
    formulas.load(session, on=on)
    curves.load(session, handles=[account.handle for account in ACCOUNTS], on=on)
    growth.replace(session, growth.count(session, on=on))
    inspiration.replace(session, inspiration.count(session, packaged(), on=on))


def _tables(*, shift: timedelta) -> Mapping[str, list[Row]]:
    tables: dict[str, list[Row]] = {export.name: [] for export in EXPORTS}
    for account in (*ACCOUNTS, *CLIMBERS):
        tables["creators"].append(_creator_row(account, shift))
        gained: Counter[date] = Counter()
        plays: Counter[date] = Counter()
        for number, work in enumerate(account.works, start=1):
            tables["works"].append(_work_row(account, work, number, shift))
            for row in _work_day_rows(account, work, number):
                public_id, day, day_plays, *rest, new_followers = row
                assert isinstance(day, date)
                assert isinstance(day_plays, int)
                assert isinstance(new_followers, int)
                gained[day] += new_followers
                plays[day] += day_plays
                tables["work_days"].append((public_id, day + shift, day_plays, *rest, new_followers))
        tables["account_days"] += _account_day_rows(account, gained, plays, shift)
    tables["violations"] = [_violation_row(violation, shift) for violation in VIOLATIONS]
    return tables


def _creator_row(account: DemoAccount, shift: timedelta) -> Row:
    return (
        account.handle,
        account.nickname,
        account.category,
        account.city,
        account.joined_on + shift,
        account.followers_before,
        account.verified,
        account.shop_opened_on and account.shop_opened_on + shift,
        account.shop_score_hundredths,
        account.agency,
    )


def _public_id(account: DemoAccount, number: int) -> str:
    return f"3x{account.handle}{number:03}"


def _published_at(work: DemoWork) -> datetime:
    return datetime.strptime(f"{DEMO_DAY.year}-{work.published}", "%Y-%m-%d %H:%M").replace(
        tzinfo=PLATFORM_ZONE
    )


def _day(month_day: str) -> date:
    return date.fromisoformat(f"{DEMO_DAY.year}-{month_day}")


def _work_row(account: DemoAccount, work: DemoWork, number: int, shift: timedelta) -> Row:
    return (
        _public_id(account, number),
        account.handle,
        work.title,
        work.kind,
        account.category,
        _published_at(work) + shift,
        work.seconds,
        account.original,
        work.series,
        work.level,
    )


def _work_day_rows(account: DemoAccount, work: DemoWork, number: int) -> Iterator[Row]:
    """Yield the work's days on the demo's calendar."""
    public_id = _public_id(account, number)
    published_on = _published_at(work).date()
    # People watch a live session while it runs.
    decay = (100,) if work.kind == "live" else _DECAY
    for age, percent in enumerate(decay):
        day = published_on + timedelta(days=age)
        if not _FIRST_DAY <= day < DEMO_DAY:
            continue
        plays = _wobbled(work.plays * percent // 100, public_id, day)
        completed = plays * work.completion_percent // 100
        # Who does not finish stays for a part of it, on average.
        watched = completed * work.seconds + (plays - completed) * work.seconds * work.stayed_percent // 100
        rates = (account.likes, account.comments, account.shares, account.favourites, account.follows)
        counts = [
            _wobbled(plays, f"{public_id}{place}", day) * rate // _TEN_THOUSAND
            for place, rate in enumerate(rates)
        ]
        yield (
            public_id,
            day,
            plays,
            completed,
            plays * account.follower_plays // _TEN_THOUSAND,
            watched,
            *counts,
        )


def _account_day_rows(
    account: DemoAccount, gained: Mapping[date, int], plays: Mapping[date, int], shift: timedelta
) -> Iterator[Row]:
    live = {_published_at(work).date(): work.seconds for work in account.works if work.kind == "live"}
    followers = account.followers_before
    for day in (_FIRST_DAY + timedelta(days=number) for number in range(_DAYS)):
        if day < account.joined_on:
            continue
        stretch = max(
            (each for each in account.stretches if _day(each.first) <= day), key=lambda each: each.first
        )
        new = gained.get(day, 0) + _wobbled(stretch.gained, account.handle, day)
        lost = _wobbled(stretch.lost, f"-{account.handle}", day)
        followers += new - lost
        views = new * 4 + plays.get(day, 0) // 100
        yield (account.handle, day + shift, followers, new, lost, views, live.get(day, 0))


def _violation_row(violation: DemoViolation, shift: timedelta) -> Row:
    [account] = [account for account in ACCOUNTS if account.handle == violation.handle]
    numbers = [number for number, work in enumerate(account.works, start=1) if work.title == violation.title]
    return (
        violation.handle,
        _public_id(account, numbers[0]) if numbers else None,
        violation.day + shift,
        violation.severity,
        violation.policy,
        violation.clause,
        violation.note,
    )


def _wobbled(count: int, name: str, day: date) -> int:
    """Return the count, up to twelve percent more or less: no two days are alike, and every load is."""
    percent = 88 + zlib.crc32(f"{name}{day.isoformat()}".encode()) % 25
    return count * percent // 100
