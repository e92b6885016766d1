"""Every number of a diagnosis, computed once more from the tables: plain rows, plain Python, no code of the tool's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Any

import pytest
from sqlalchemy import text

from tests.calls import PackagedPolicies, a_call
from tools.creators.detectors.registry import DETECTORS
from tools.creators.detectors.tool import account_diagnosis
from tools.kernel.agent_tool import Reply
from tools.kernel.db import Database

ON = date(2022, 8, 15)
HANDLES = ("laotie", "xinren", "duanju", "zhubo", "dianshang", "mingxing", "yuanchuang", "fangmao")
PERIODS = {"last_7_days": 7, "last_30_days": 30, "yesterday": 1}
# How many of the town's accounts are looked at, so that nearly every detector has its say.
TOWN = 150
Row = Any  # Any: a row of raw SQL


@dataclass(frozen=True)
class Tables:
    """The stored rows as they are."""

    creators: dict[int, Row]
    works: list[Row]
    work_days: dict[int, list[Row]]
    account_days: dict[int, dict[date, Row]]
    penalties: list[Row]


@pytest.fixture(scope="module")
def tables(story: Database) -> Tables:
    """Read everything once."""
    with story.reading() as session:

        def rows(table: str) -> list[Row]:
            return list(session.execute(text(f"SELECT * FROM {table}")))  # noqa: S608 - our own names

        work_days: dict[int, list[Row]] = {}
        for row in rows("work_day"):
            work_days.setdefault(row.work_id, []).append(row)
        account_days: dict[int, dict[date, Row]] = {}
        for row in rows("account_day"):
            account_days.setdefault(row.creator_id, {})[date.fromisoformat(row.day)] = row
        return Tables(
            {row.id: row for row in rows("creator")}, rows("work"), work_days, account_days, rows("violation")
        )


def published(work: Row) -> datetime:
    # The platform's time: SQLite stores UTC.
    return datetime.fromisoformat(work.published_at) + timedelta(hours=8)


def percent(part: int, whole: int) -> str:
    """Return the percentage, half a tenth rounded away from zero."""
    if not whole:
        return "—"
    tenths = (2_000 * abs(part) + whole) // (2 * whole)
    return f"{'-' if part < 0 and tenths else ''}{tenths // 10}.{tenths % 10}%"


def count(value: int) -> str:
    """Return plays as the reply says them."""
    if value < 10_000:
        return f"{value} 次"
    tenths = value * 10 // 10_000
    return f"{tenths // 10}.{tenths % 10} 万次" if tenths % 10 else f"{tenths // 10} 万次"


@dataclass(frozen=True)
class Again:
    """One account's numbers of the `days` before the demo's day, from the rows."""

    tables: Tables
    creator: int
    days: int

    @property
    def me(self) -> Row:
        return self.tables.creators[self.creator]

    def works(self, creator: int | None = None) -> list[Row]:
        found = [
            work
            for work in self.tables.works
            if work.creator_id == (creator or self.creator) and work.kind != "live"
        ]
        return sorted(found, key=lambda work: (work.published_at, work.id))

    def rows(
        self, first: int, last: int, creator: int | None = None, since: date = date.min
    ) -> list[tuple[Row, Row]]:
        """Return (work, day) of the days from `first` to `last` days before the demo's day."""
        return [
            (work, row)
            for work in self.works(creator)
            if since <= published(work).date() < ON
            for row in self.tables.work_days.get(work.id, [])
            if ON - timedelta(days=first) <= date.fromisoformat(row.day) <= ON - timedelta(days=last)
        ]

    def total(self, name: str, *, before: bool = False) -> int:
        first, last = (2 * self.days, self.days + 1) if before else (self.days, 1)
        return sum(getattr(row, name) for _, row in self.rows(first, last))

    def account(self, name: str, *, before: bool = False) -> int:
        first, last = (2 * self.days, self.days + 1) if before else (self.days, 1)
        days = self.tables.account_days[self.creator]
        return sum(
            getattr(row, name)
            for day, row in days.items()
            if ON - timedelta(days=first) <= day <= ON - timedelta(days=last)
        )

    def interactions(self, *, before: bool = False) -> int:
        return sum(self.total(name, before=before) for name in ("likes", "comments", "shares", "favourites"))

    def posted(self, first: int, last: int) -> int:
        return sum(
            ON - timedelta(days=first) <= published(work).date() <= ON - timedelta(days=last)
            for work in self.works()
        )

    def peers(self) -> list[int]:
        """Return the accounts with plays among the nearest fifteen above and below, up to five times apart."""
        me = self.me
        others = [
            row for row in self.tables.creators.values() if row.category == me.category and row.id != me.id
        ]
        above = sorted(
            (row.followers, row.id) for row in others if me.followers <= row.followers <= 5 * me.followers
        )
        below = sorted(
            (-row.followers, row.id) for row in others if me.followers // 5 <= row.followers < me.followers
        )
        since = ON - timedelta(days=self.days + 60)
        return [
            found
            for _, found in (*above[:15], *below[:15])
            if sum(row.plays for _, row in self.rows(self.days, 1, found, since))
        ]

    def peer_rates(
        self, part: Callable[[Row, Row], int], whole: Callable[[Row, Row], int] = lambda _work, row: row.plays
    ) -> list[int]:
        since = ON - timedelta(days=self.days + 60)
        found: list[int] = []
        for peer in self.peers():
            rows = self.rows(self.days, 1, peer, since)
            if sum(row.plays for _, row in rows) >= 300 and (total := sum(whole(*pair) for pair in rows)):
                found.append(sum(part(*pair) for pair in rows) * 10_000 // total)
        return found

    def early(self, work: Row) -> int | None:
        first = published(work).date()
        days = {date.fromisoformat(row.day): row.plays for row in self.tables.work_days.get(work.id, [])}
        if first + timedelta(days=3) > ON or first not in days:
            return None
        return sum(plays for day, plays in days.items() if day < first + timedelta(days=3))

    def recent(self) -> list[Row]:
        return [work for work in self.works() if ON - timedelta(days=60) <= published(work).date() < ON]


def overview(again: Again) -> dict[str, object]:
    plays, was = again.total("plays"), again.total("plays", before=True)
    net, net_was = (
        again.account("new_followers", before=before) - again.account("lost_followers", before=before)
        for before in (False, True)
    )
    change = "—" if not was else ("+" if plays > was else "") + percent(plays - was, was)
    tenths = again.account("live_seconds") * 10 // 3_600
    return {
        "plays": count(plays),
        "plays_change": change,
        "completion": percent(again.total("completed_plays"), plays),
        "completion_before": percent(again.total("completed_plays", before=True), was),
        "interaction": percent(again.interactions(), plays),
        "interaction_before": percent(again.interactions(before=True), was),
        "net_followers": f"{net:+,}" if net else "0",
        "net_followers_before": f"{net_was:+,}" if net_was else "0",
        "new_followers": f"{again.account('new_followers'):,}",
        "lost_followers": f"{again.account('lost_followers'):,}",
        "followers": f"{again.tables.account_days[again.creator][ON - timedelta(days=1)].followers:,}",
        "works": again.posted(again.days, 1),
        "works_before": again.posted(2 * again.days, again.days + 1),
        "live_hours": f"{tenths // 10}.{tenths % 10}",
    }


def beside(rates: list[int], own: int) -> dict[str, object]:
    """Return the cohort's numbers as a finding says them."""
    if len(rates) < 8:
        return {}
    middle = median_low(rates)
    above = sum(rate < own for rate in rates) * 100 // len(rates)
    words = f"0.{middle:02d}%" if 0 < middle < 100 else percent(middle, 10_000)
    return {
        "peers": len(rates),
        "peer_median": words,
        "peer_place": f"你高于其中 {above}% 的账号" if above else "其中几乎没有比你更低的",
    }


def rate_finding(again: Again, part: Callable[[Row, Row], int]) -> tuple[int, int, dict[str, object]]:
    rows = again.rows(again.days, 1)
    own, plays = sum(part(*pair) for pair in rows), sum(row.plays for _, row in rows)
    return own, plays, beside(again.peer_rates(part), own * 10_000 // plays)


def falling_plays(again: Again) -> dict[str, object]:
    plays, was = again.total("plays"), again.total("plays", before=True)
    return {
        "plays": count(plays),
        "plays_before": count(was),
        "fall": percent(was - plays, was),
        "span": again.days,
    }


def falling_completion(again: Again) -> dict[str, object]:
    own, plays, peers = (
        rate_finding(again, lambda _work, row: row.completed_plays)
        if len(again.peers()) >= 8
        else (again.total("completed_plays"), again.total("plays"), {})
    )
    return {"completion": percent(own, plays), **peers}


def low_interaction(again: Again) -> dict[str, object]:
    own, plays, peers = rate_finding(
        again, lambda _work, row: row.likes + row.comments + row.shares + row.favourites
    )
    return {"rate": percent(own, plays), **peers}


def small_rate(name: str) -> Callable[[Again], dict[str, object]]:
    def numbers(again: Again) -> dict[str, object]:
        own, plays, peers = rate_finding(again, lambda _work, row: getattr(row, name))
        rate = own * 10_000 // plays
        return {
            "rate" if name != "new_followers" else "follows": f"0.{rate:02d}%"
            if 0 < rate < 100
            else percent(rate, 10_000),
            **peers,
        }

    return numbers


def weak_hook(again: Again) -> dict[str, object]:
    def stayed(rows: list[tuple[Row, Row]]) -> tuple[int, int, int]:
        seconds = sum(row.watch_seconds - row.completed_plays * work.duration_seconds for work, row in rows)
        length = sum((row.plays - row.completed_plays) * work.duration_seconds for work, row in rows)
        return max(seconds, 0), length, sum(row.plays - row.completed_plays for _, row in rows)

    seconds, length, plays = stayed(again.rows(again.days, 1))
    since = ON - timedelta(days=again.days + 60)
    rates: list[int] = []
    for peer in again.peers():
        rows = again.rows(again.days, 1, peer, since)
        theirs, whole, _ = stayed(rows)
        if sum(row.plays for _, row in rows) >= 300 and whole > 0:
            rates.append(theirs * 10_000 // whole)
    tenths = seconds * 10 // plays
    return {
        "stayed": percent(seconds, length),
        "stayed_seconds": f"{tenths // 10}.{tenths % 10}",
        **beside(rates, seconds * 10_000 // length),
    }


def follower_loss(again: Again) -> dict[str, object]:
    gained, lost = again.account("new_followers"), again.account("lost_followers")
    return {"gained": f"{gained:,}", "lost": f"{lost:,}", "net": f"{lost - gained:,}"}


def posting_gap(again: Again) -> dict[str, object]:
    """Count day by day, over the 30 days before, what did not end before the period before."""
    posted = {published(work).date() for work in again.works()}
    best: tuple[int, date, date] | None = None
    start: date | None = None
    for back in range(30, -1, -1):
        day = ON - timedelta(days=back)
        if back and day not in posted:
            start = start or day
            continue
        if start and day > ON - timedelta(days=2 * again.days):
            found = ((day - start).days, start, day - timedelta(days=1))
            best = max(best or found, found, key=lambda each: (each[0], each[2]))
        start = None
    assert best
    days, first, last = best
    return {
        "gap_days": days,
        "gap_from": f"{first.month}月{first.day}日",
        "gap_until": f"{last.month}月{last.day}日",
    }


def one_work(again: Again) -> dict[str, object]:
    plays: dict[int, int] = {}
    for work, row in again.rows(again.days, 1):
        plays[work.id] = plays.get(work.id, 0) + row.plays
    top = max(plays.values())
    return {"share": percent(top, sum(plays.values()))}


def held_back_works(again: Again) -> dict[str, object]:
    known = [(work, early) for work in again.recent() if (early := again.early(work)) is not None]
    early = [plays for work, plays in known if work.series == known[-1][0].series]
    usual = median_low(early[:-3])
    low = [plays for plays in early[-3:] if plays * 100 < 30 * usual]
    return {
        "latest": 3,
        "low": len(low),
        "plays": f"{median_low(low):,}",
        "before": len(early) - 3,
        "usual": f"{usual:,}",
    }


def duplicate_content(again: Again) -> dict[str, object]:
    """Count works that are not original where those are surely many, else titles that nearly repeat an earlier one."""
    works = [work for work in again.recent() if work.kind == "video"][-40:]
    copied, total = sum(not work.original for work in works), len(works)
    share, z = copied / total, 1.96
    lowest = share + z**2 / (2 * total) - z * (share * (1 - share) / total + z**2 / (4 * total**2)) ** 0.5
    if copied >= 3 and lowest / (1 + z**2 / total) >= 0.15:
        return {"days": 60, "works": total, "count": copied}
    pairs = [
        {letters[place : place + 2] for place in range(len(letters) - 1)}
        for work in works
        for letters in ["".join(letter for letter in work.title.lower() if letter.isalpha())]
    ]
    count = sum(
        any(5 * len(mine & other) >= 4 * len(mine | other) for other in pairs[:number])
        for number, mine in enumerate(pairs)
        if len(mine) > 2
    )
    return {"days": 60, "works": total, "count": count}


def penalties(again: Again) -> dict[str, object]:
    mine = [row for row in again.tables.penalties if row.creator_id == again.creator]
    pointed = [row for row in mine if row.severity != "notice"]
    day = date.fromisoformat(max(row.day for row in pointed or mine))
    return {"penalties": len(pointed or mine), "penalty_day": f"{day.month}月{day.day}日"}


def rare_posting(again: Again) -> dict[str, object]:
    posted = [
        sum(ON - timedelta(days=28) <= published(work).date() < ON for work in again.works(peer))
        for peer in again.peers()
    ]
    return {
        "posts": again.posted(28, 1),
        "posting_days": 28,
        "peers": len(posted),
        "peer_median": str(median_low(posted)),
    }


def video_length(again: Again) -> dict[str, object]:
    own = [work.duration_seconds for work in again.recent()][-10:]
    theirs = [
        work.duration_seconds
        for peer in again.peers()
        for work in again.works(peer)
        if ON - timedelta(days=35) <= published(work).date() < ON
    ]
    return {
        "works": len(own),
        "own": median_low(own),
        "peer_works": len(theirs),
        "length_median": median_low(theirs),
    }


def growth(again: Again) -> dict[str, object]:
    net = again.account("new_followers") - again.account("lost_followers")
    return {"net": f"{net:,}"}


def visits_without_follows(again: Again) -> dict[str, object]:
    visits = again.account("profile_views")
    return {"visits": f"{visits:,}", "rate": percent(again.account("new_followers"), visits)}


def follower_share(again: Again) -> dict[str, object]:
    own, plays, peers = rate_finding(again, lambda _work, row: row.follower_plays)
    return {"follower_share": percent(own, plays), **peers}


def live_gap(again: Again) -> dict[str, object]:
    days = sorted(
        day
        for day, row in again.tables.account_days[again.creator].items()
        if row.live_seconds and ON - timedelta(days=60) <= day < ON
    )
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return {
        "last": f"{days[-1].month}月{days[-1].day}日",
        "days": (ON - days[-1]).days - 1,
        "usual": median_low(gaps),
    }


def unused_hours(again: Again) -> dict[str, object]:
    recent = again.recent()
    return {"days": 60, "own": len(recent)}


def diluted_posting(again: Again) -> dict[str, object]:
    known = {
        work.id: (published(work).date(), early)
        for work in again.recent()
        if (early := again.early(work)) is not None
    }
    middle = ON - timedelta(days=16)
    recent = [plays for day, plays in known.values() if middle <= day]
    earlier = [plays for day, plays in known.values() if middle - timedelta(days=28) <= day < middle]
    return {
        "recent": len(recent),
        "earlier": len(earlier),
        "plays": f"{median_low(recent):,}",
        "plays_before": f"{median_low(earlier):,}",
    }


AGAIN: dict[str, Callable[[Again], dict[str, object]]] = {
    "falling_plays": falling_plays,
    "held_back_works": held_back_works,
    "penalties": penalties,
    "follower_loss": follower_loss,
    "posting_gap": posting_gap,
    "live_gap": live_gap,
    "falling_completion": falling_completion,
    "weak_hook": weak_hook,
    "duplicate_content": duplicate_content,
    "diluted_posting": diluted_posting,
    "low_follower_views": follower_share,
    "few_strangers": follower_share,
    "low_interaction": low_interaction,
    "interaction_without_follows": small_rate("new_followers"),
    "visits_without_follows": visits_without_follows,
    "slow_growth": growth,
    "one_work": one_work,
    "rare_posting": rare_posting,
    "video_length": video_length,
    "unused_hours": unused_hours,
    "low_comments": small_rate("comments"),
    "low_shares": small_rate("shares"),
}
# Nobody of the town drifts, and its income is income_below_peers' own test (test_income.py).
ELSEWHERE = {"category_drift", "income_below_peers"}


def ask(story: Database, tables: Tables, creator: int, period: str, now: datetime) -> Reply:
    with story.reading() as session:
        call = replace(
            a_call(creator=creator, conversation=1, now=now, on=ON),
            session=session,
            policies=PackagedPolicies(),
        )
        return account_diagnosis(call, period=period)


class TestNumbers:
    @pytest.mark.parametrize("period", PERIODS)
    @pytest.mark.parametrize("handle", HANDLES)
    def test_of_the_overview_are_those_of_the_tables(
        self, story: Database, tables: Tables, handle: str, period: str, now: datetime
    ) -> None:
        [creator] = [row.id for row in tables.creators.values() if row.handle == handle]

        reply = ask(story, tables, creator, period, now)

        expected = overview(Again(tables, creator, PERIODS[period]))
        assert {name: reply.facts["overview"][name] for name in expected} == expected

    def test_of_every_finding_are_those_of_the_tables(
        self, story: Database, tables: Tables, now: datetime
    ) -> None:
        assert set(AGAIN) | ELSEWHERE == {detector.kind for detector in DETECTORS}
        demo = [row.id for row in tables.creators.values() if row.handle in HANDLES]
        town = [creator for creator in tables.creators if creator not in demo][:TOWN]
        kinds: set[str] = set()

        for creator in (*demo, *town):
            again = Again(tables, creator, 7)
            reply = ask(story, tables, creator, "last_7_days", now)
            for finding in reply.facts.get("findings", ()):
                kind = finding["kind"]
                if kind in ELSEWHERE:
                    continue
                kinds.add(kind)
                expected = AGAIN[kind](again)
                assert {name: finding["numbers"].get(name) for name in expected} == expected, (kind, creator)
            if reply.facts.get("basis"):
                assert reply.facts["basis"]["peers"] == len(again.peers())

        assert len(kinds) >= 14
