"""What may be done with short-drama shares: figures in, ratings, shares granted, and what a creator sees of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.errors import OperatorError
from tools.kernel.operator_files import FileRow, Imported, file_rows
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.payout import drama, drama_queries, money_moves
from tools.payout.drama import Adjustment, PlayDay, Series, Share
from tools.payout.drama_models import DramaDay, DramaRating, DramaSeries, DramaShare
from tools.payout.drama_rules import DramaRules, Level
from tools.payout.posting import Posting
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program

PROGRAM: Final = "drama"
COLUMNS: Final = ("work", "day", "effective_plays", "fraud_plays")
_ROWS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Figure:
    """The effective plays of one episode on one day."""

    work: str
    day: date
    effective_plays: int
    fraud_plays: int


@dataclass(frozen=True, slots=True)
class SeriesRevenue:
    """A series in a period: its levels in order, its plays, what they bring, and why some bring nothing.

    `waiting_fen` of all its shares can't be withdrawn yet, `ungranted_fen` is due with the next daily run, `carried_fen`
    is paid off by later shares; these three are as of now.
    """

    name: str
    levels: tuple[Level, ...]
    effective_plays: int
    fraud_plays: int
    unpaid_plays: int
    unpaid_on: date | None
    amount_fen: int
    waiting_fen: int
    ungranted_fen: int
    carried_fen: int


@dataclass(frozen=True, slots=True)
class _Books:
    """A series with all that its money depends on."""

    row: DramaSeries
    series: Series
    play_days: Sequence[PlayDay]
    shares: dict[int, Sequence[Share]]
    last_number: dict[int, int]


def all_rules() -> tuple[DramaRules, ...]:
    """Return every version of the rules, the oldest first."""
    return find_program(packaged_programs(), PROGRAM).shares


def import_days(session: Session, *, path: Path, on: date) -> Imported:
    """Store the figures of a file, all or nothing; a day that is there already gets the new figures.

    Raises OperatorError with the row and column of what is wrong.
    """
    rows = file_rows(path, COLUMNS)
    seen: set[tuple[str, date]] = set()
    total = Imported()
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        figures = [_figure(row, on=on, seen=seen) for row in chunk]
        _check_works(session, chunk, figures)
        done = store(session, figures)
        total = Imported(total.new + done.new, total.changed + done.changed, total.unchanged + done.unchanged)
    return total


def store(session: Session, figures: Sequence[Figure]) -> Imported:
    """Store figures of known episodes; the series are opened with the level that their works have."""
    episodes = creators.episodes_of_works(session, public_ids={figure.work for figure in figures})
    series = _ensure_series(session, list(episodes.values()))
    keys = {(episodes[figure.work].work_id, figure.day) for figure in figures}
    known = drama_queries.days_of_works(session, keys)
    new: list[dict[str, object]] = []
    changed = 0
    for figure in figures:
        episode = episodes[figure.work]
        plays = {"effective_plays": figure.effective_plays, "fraud_plays": figure.fraud_plays}
        if (row := known.get((episode.work_id, figure.day))) is None:
            owner = series[episode.creator_id, episode.series]
            new.append({"work_id": episode.work_id, "day": figure.day, "series_id": owner.id, **plays})
        elif (row.effective_plays, row.fraud_plays) != (figure.effective_plays, figure.fraud_plays):
            row.effective_plays, row.fraud_plays = figure.effective_plays, figure.fraud_plays
            changed += 1
    if new:
        session.execute(insert(DramaDay), new)
    session.flush()
    return Imported(len(new), changed, len(figures) - len(new) - changed)


def rate(session: Session, *, handle: str, series: str, level: Level, from_day: date) -> None:
    """Give a series a level from a day on; the next daily run makes its money right."""
    account = creators.find_account(session, handle=handle)
    if account is None:
        raise OperatorError(f"no creator has the handle {handle!r}")
    row = drama_queries.series_by_name(session, {(account.id, series)}).get((account.id, series))
    if row is None:
        raise OperatorError(f"{handle} has no series {series!r} with figures")
    session.merge(DramaRating(series_id=row.id, from_day=from_day, level=level.value))
    session.flush()


def grant_shares(session: Session, *, creator_ids: Collection[int], now: datetime) -> int:
    """Make the shares of these creators what their plays are worth; return how many movements that took.

    Repeating changes nothing. A creator who is not verified gets nothing until they are (drama-revenue-rules 1.1).
    """
    on = now.astimezone(PLATFORM_ZONE).date()
    verified = [
        creator_id
        for creator_id in sorted(creator_ids)
        if creators.account(session, creator_id=creator_id).real_name_verified
    ]
    postings: list[Posting] = []
    for books in _books(session, creator_ids=verified, lock=True):
        for rules in {*drama.totals(books.series, books.play_days), *books.shares}:
            postings += _put_right(session, books, rules=rules, on=on)
    session.flush()
    return money_moves.post(session, postings, now=now)


def next_creators(session: Session, *, after: int, limit: int) -> list[int]:
    """Return the next creators that have a series with figures, by id."""
    return drama_queries.creators_after(session, creator_id=after, limit=limit)


def revenue(session: Session, *, creator_id: int, period: Period) -> list[SeriesRevenue]:
    """Return the creator's series in the period, the best paid first; series without plays in it come last."""
    found = [
        _revenue(books, period=period) for books in _books(session, creator_ids=[creator_id], lock=False)
    ]
    return sorted(found, key=lambda item: (-item.amount_fen, -item.effective_plays, item.name))


def _revenue(books: _Books, *, period: Period) -> SeriesRevenue:
    unpaid = [item for item in books.play_days if books.series.price_on(item.day) is None]
    unpaid = [item for item in unpaid if period.starts_on <= item.day < period.ends_on]
    inside = [item for item in books.play_days if period.starts_on <= item.day < period.ends_on]
    days = [item.day for item in inside] or [max(period.starts_on, books.row.released_on)]
    worth = drama.totals(books.series, books.play_days)
    held = {rules: sum(share.amount_fen for share in shares) for rules, shares in books.shares.items()}
    due = {rules: worth.get(rules, 0) // drama.THOUSANDTHS - held.get(rules, 0) for rules in {*worth, *held}}
    return SeriesRevenue(
        name=books.row.name,
        levels=tuple(dict.fromkeys(books.series.level_on(day) for day in days)),
        effective_plays=sum(item.counted for item in inside),
        fraud_plays=sum(item.fraud_plays for item in inside),
        unpaid_plays=sum(item.counted for item in unpaid),
        unpaid_on=unpaid[-1].day if unpaid else None,
        amount_fen=drama.earned_fen(
            books.series, books.play_days, starts_on=period.starts_on, ends_on=period.ends_on
        ),
        waiting_fen=sum(
            share.amount_fen for shares in books.shares.values() for share in shares if not share.settled
        ),
        ungranted_fen=sum(max(0, fen) for fen in due.values()),
        carried_fen=sum(max(0, -fen) for fen in due.values()),
    )


def _books(session: Session, *, creator_ids: Collection[int], lock: bool) -> list[_Books]:
    rows = drama_queries.series_of(session, creator_ids=creator_ids, lock=lock)
    ids = [row.id for row in rows]
    ratings = drama_queries.ratings(session, series_ids=ids)
    play_days = drama_queries.play_days(session, series_ids=ids)
    shares = drama_queries.shares(session, series_ids=ids)
    numbers = drama_queries.last_numbers(session, series_ids=ids)
    published: dict[int, list[tuple[str, date]]] = {}
    for episode in creators.episodes_of_creators(session, creator_ids={row.creator_id for row in rows}):
        published.setdefault(episode.creator_id, []).append((episode.series, episode.published_on))
    versions = all_rules()
    takes_part = {
        owner: drama.takes_part_from(episodes, rules=versions) for owner, episodes in published.items()
    }
    return [
        _Books(
            row,
            Series(row.released_on, versions, ratings.get(row.id, ()), takes_part.get(row.creator_id, {})),
            play_days.get(row.id, []),
            {rules: found for (series, rules), found in shares.items() if series == row.id},
            {rules: number for (series, rules), number in numbers.items() if series == row.id},
        )
        for row in rows
    ]


def _put_right(session: Session, books: _Books, *, rules: int, on: date) -> list[Posting]:
    """Store what changes about the shares of one series and rule, and return the movements."""
    shares = books.shares.get(rules, ())
    days = drama.booking_days(on)
    worth = [
        (day, drama.totals(books.series, books.play_days, before=_after(day, days)).get(rules, 0))
        for day in days
    ]
    adjustment = drama.adjust(worth, shares)
    return [
        *_take_back(session, books.row, rules=rules, adjustment=adjustment, on=on),
        *_grant(session, books, rules=rules, adjustment=adjustment),
    ]


def _after(day: date, days: Sequence[date]) -> date | None:
    """Return the day until which the plays of a booking day count; the last one takes all that is known."""
    return None if day == days[-1] else date.fromordinal(day.toordinal() + 1)


def _take_back(
    session: Session, row: DramaSeries, *, rules: int, adjustment: Adjustment, on: date
) -> list[Posting]:
    found = drama_queries.share_rows(session, series_id=row.id, rules=rules, numbers=adjustment.taken_back)
    for share in found:
        share.taken_back = True
    return [money_moves.taken_back(_posting(row, share), day=on) for share in found]


def _grant(session: Session, books: _Books, *, rules: int, adjustment: Adjustment) -> list[Posting]:
    number = books.last_number.get(rules, 0)
    postings: list[Posting] = []
    for day, fen in adjustment.granted:
        number += 1
        share = DramaShare(
            series_id=books.row.id,
            rules=rules,
            number=number,
            day=day,
            amount_fen=fen,
            key=f"{drama_queries.KEY_PREFIX}{books.row.id}:{rules}:{number}",
        )
        session.add(share)
        postings.append(_posting(books.row, share))
    return postings


def _posting(row: DramaSeries, share: DramaShare) -> Posting:
    return money_moves.program_income(
        key=share.key,
        creator_id=row.creator_id,
        program=PROGRAM,
        fen=share.amount_fen,
        day=share.day,
        rules_from=next(each.starts_on for each in all_rules() if each.version == share.rules),
        source=f"drama_series {row.id}",
        note=row.name,
    )


def _ensure_series(
    session: Session, episodes: Sequence[creators.Episode]
) -> dict[tuple[int, str], DramaSeries]:
    """Return the series of these episodes, opened where there were none."""
    wanted = {(episode.creator_id, episode.series) for episode in episodes}
    known = drama_queries.series_by_name(session, wanted)
    if missing := wanted - known.keys():
        owners = {creator_id for creator_id, _ in missing}
        for episode in creators.episodes_of_creators(session, creator_ids=owners):
            key = (episode.creator_id, episode.series)
            if key in missing and key not in known:
                row = DramaSeries(
                    creator_id=episode.creator_id, name=episode.series, released_on=episode.published_on
                )
                session.add(row)
                session.flush()
                known[key] = row
                if episode.level is not None:
                    rating = DramaRating(series_id=row.id, from_day=episode.published_on, level=episode.level)
                    session.add(rating)
        session.flush()
    return known


def _figure(row: FileRow, *, on: date, seen: set[tuple[str, date]]) -> Figure:
    figure = Figure(
        row.text("work", longest=24), row.day("day"), row.count("effective_plays"), row.count("fraud_plays")
    )
    if figure.fraud_plays > figure.effective_plays:
        raise row.fault("fraud_plays", f"{figure.fraud_plays} of {figure.effective_plays} effective plays")
    if figure.day >= on:
        raise row.fault("day", f"{figure.day} is not over yet on {on}")
    if (figure.work, figure.day) in seen:
        raise row.fault("work", f"{figure.work} on {figure.day} is there twice")
    seen.add((figure.work, figure.day))
    return figure


def _check_works(session: Session, rows: Sequence[FileRow], figures: Sequence[Figure]) -> None:
    """Raise OperatorError for a work that is no episode, and for figures that its plays contradict."""
    episodes = creators.episodes_of_works(session, public_ids={figure.work for figure in figures})
    plays = creators.plays_of_days(session, work_ids={episode.work_id for episode in episodes.values()})
    for row, figure in zip(rows, figures, strict=True):
        episode = episodes.get(figure.work)
        if episode is None:
            raise row.fault("work", f"{figure.work} is no published episode of a series")
        if figure.day < episode.published_on:
            raise row.fault("day", f"{figure.day} is before {figure.work} came out on {episode.published_on}")
        seen = plays.get((episode.work_id, figure.day))
        if seen is not None and figure.effective_plays > seen:
            raise row.fault(
                "effective_plays", f"{figure.effective_plays} is more than the {seen} plays of that day"
            )
