"""What the other rooms and the command line may do with curves: build them, read them, compare them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from tools.creators.curves import queries
from tools.creators.curves.comparison import Rates
from tools.creators.curves.counting import Counted, Counting, Works, read_columns, read_log
from tools.creators.curves.lengths import LengthBand, finish_of
from tools.creators.curves.logs import Columns, LogFile
from tools.creators.curves.models import CurveSource, CurveTotal, WorkCurve
from tools.creators.curves.reading import FEWEST_VIEWERS, Curve
from tools.creators.curves.rows import PARTS, day_of
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.period import Period

_LONGEST_NAME = 120
_OWN_WORKS = 10
# Similar in length: from two thirds to one and a half times.
_SHORTER, _LONGER = (2, 3), (3, 2)
COHORT_WORKS = 1_000
FEWEST_PEERS = 20


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did; `unchanged` when the same file was built under this name before."""

    source: str
    rows: int
    curves: int
    days: tuple[date, ...]
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Cohort:
    """Works to be compared with: the same category and length band, and the same tier unless that is None."""

    category: str
    length_band: LengthBand
    tier: str | None
    rates: tuple[Rates, ...]


def no_progress(_rows: int) -> None:
    """Ignore how many rows are done."""


def build(
    database: Database,
    log: LogFile,
    *,
    source: str | None = None,
    progress: Callable[[int], None] = no_progress,
    compiled: bool | None = None,
) -> Built:
    """Store the curves of a log under a source's name, the file's own unless given.

    All that the source said before about the days in the file is replaced; other days and sources stay. Nothing is
    stored before the whole file is checked; then each part of the works is replaced in a transaction of its own, so
    that a killed build is finished by repeating it. Raises OperatorError.
    """
    name = _checked(source or log.path.stem)
    with ExitStack() as stack:
        reading = stack.enter_context(database.reading())
        before = queries.source(reading, name=name)
        done = before.parts_done if before and before.fingerprint == log.fingerprint else 0
        if done == PARTS:
            return Built(name, log.rows, 0, (), unchanged=True)
        counting = counting_of(reading, log, stack=stack, progress=progress, compiled=compiled)
        curves = 0
        for part, found in counting.parts(done):
            with database.writing() as session:
                stored = _source(session, name, log, part=part)
                curves += _store(session, stored.id, part, counting, found)
        return Built(name, log.rows, curves, _days(counting))


def counting_of(
    session: Session,
    log: LogFile,
    *,
    stack: ExitStack,
    progress: Callable[[int], None] = no_progress,
    compiled: bool | None = None,
) -> Counting:
    """Return the log read and checked, ready to be counted; what waits on disk ends with the stack."""
    return read_log(log, works=_works(session), stack=stack, progress=progress, compiled=compiled)


def build_columns(session: Session, columns: Columns, *, source: str) -> Built:
    """Store the curves of a small log that is in memory, in the caller's transaction; raises BadRow."""
    with ExitStack() as stack:
        counting = read_columns(columns, works=_works(session), stack=stack)
        stored = queries.source(session, name=source, lock=True)
        if stored is None:
            stored = CurveSource(name=source, fingerprint="", parts_done=0, rows=0)
            session.add(stored)
        stored.parts_done, stored.rows = PARTS, len(columns)
        session.flush()
        curves = sum(_store(session, stored.id, part, counting, found) for part, found in counting.parts(0))
        return Built(source, len(columns), curves, _days(counting))


def _checked(name: str) -> str:
    if not 0 < len(name) <= _LONGEST_NAME:
        raise OperatorError(f"a source's name has 1 to {_LONGEST_NAME} characters, not {len(name)}")
    return name


def _works(session: Session) -> Works:
    return Works(
        by_id=lambda ids: queries.works_by_id(session, ids),
        by_public_id=lambda texts: queries.works_by_public_id(session, texts),
        largest_id=queries.largest_work_id(session),
    )


def _source(session: Session, name: str, log: LogFile, *, part: int) -> CurveSource:
    """Return the source with this part marked as done; raises OperatorError when another build is at it."""
    stored = queries.source(session, name=name, lock=True)
    if stored is None:
        stored = CurveSource(name=name, fingerprint=log.fingerprint, parts_done=0, rows=log.rows)
        session.add(stored)
    done = stored.parts_done if stored.fingerprint == log.fingerprint else 0
    # The first part may begin anew what another file left half done; the others follow their own.
    if done != part and part > 0:
        raise OperatorError(f"another build of the source {name} has been at it: repeat this one")
    stored.fingerprint, stored.rows, stored.parts_done = log.fingerprint, log.rows, part + 1
    session.flush()
    return stored


def _days(counting: Counting) -> tuple[date, ...]:
    return tuple(day_of(days) for days in counting.shelf.days)


def _store(session: Session, source_id: int, part: int, counting: Counting, found: Sequence[Counted]) -> int:
    """Replace the source's curves of one part and of the days in the log; return how many there are now."""
    days = _days(counting)
    replaced = queries.take_out(session, source_id=source_id, part=part, days=days)
    rows = [row for counted in found for row in _rows(counted, days)]
    queries.put_in(session, rows, source_id=source_id, part=part, days=days)
    queries.drop_empty_totals(session, replaced)
    return len(rows)


def _rows(counted: Counted, days: Sequence[date]) -> Iterator[queries.CurveRow]:
    """Yield the curves of a bucket, those of groups without a row left out."""
    done = counted.tallied
    present = np.nonzero(done.rows)[0]
    if not len(present):
        return
    begin, end = done.bounds[present], done.bounds[present + 1]
    last = end - begin - 1
    finish = np.array([finish_of(duration) for duration in last.tolist()], np.int64)
    # In the order of queries.SUMS.
    sums = np.stack(
        [
            done.rows[present],
            done.plays[present],
            done.distinct[present],
            done.viewers[begin],
            done.viewers[begin + np.minimum(3, last)],
            done.viewers[begin + np.minimum(5, last)],
            done.viewers[begin + finish],
            np.add.reduceat(done.viewers, done.bounds[:-1])[present],
        ],
        axis=1,
    )
    seconds = np.stack([done.viewers, done.likes, done.exits, done.replays])
    widths = widths_of(np.maximum.reduceat(seconds.max(axis=0), done.bounds[:-1])[present])
    narrowed = {width: seconds.astype(f"<u{width}") for width in set(widths.tolist())}
    for group, low, high, width, counts in zip(
        present.tolist(), begin.tolist(), end.tolist(), widths.tolist(), sums.tolist(), strict=True
    ):
        rank, day = divmod(group, len(days))
        by_second = narrowed[width][:, low:high].tobytes()
        yield counted.work_ids[rank], days[day], high - low, by_second, *counts


def widths_of(largest: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many bytes the largest count of each curve takes: 1, 2, 4 or 8."""
    return np.select([largest < 1 << 8, largest < 1 << 16, largest < 1 << 32], [1, 2, 4], 8)


def by_second(stored: WorkCurve) -> npt.NDArray[np.int64]:
    """Return viewers, likes, exits and replays of a stored curve, a row each."""
    width = len(stored.by_second) // (4 * stored.positions)
    return np.frombuffer(stored.by_second, f"<u{width}").reshape(4, stored.positions).astype(np.int64)


def curve(session: Session, *, work_id: int, period: Period | None = None) -> Curve | None:
    """Return a work's curve, summed over its days (of a period) and sources, or None where there is none."""
    stored = queries.curves_of(session, work_id=work_id, period=period)
    if not stored:
        return None
    # A work whose duration was corrected later has days of different lengths.
    positions = max(row.positions for row in stored)
    total = np.zeros((4, positions), np.int64)
    for row in stored:
        total[:, : row.positions] += by_second(row)
    viewers, likes, exits, replays = (tuple(counts) for counts in total.tolist())
    return Curve(
        days=tuple(sorted({row.day for row in stored})),
        plays=sum(row.plays for row in stored),
        reached=sum(row.viewers for row in stored),
        viewers=viewers,
        likes=likes,
        exits=exits,
        replays=replays,
    )


def own_rates(session: Session, *, work_id: int) -> tuple[Rates, ...]:
    """Return the rates of the creator's last ten works of similar length before this one, newest first."""
    total = queries.total_of(session, work_id=work_id)
    if total is None:
        return ()
    duration = total.positions - 1
    found = queries.own_totals(
        session,
        creator_id=total.creator_id,
        before=total.published_at,
        shortest=-(-duration * _SHORTER[0] // _SHORTER[1]),
        longest=duration * _LONGER[0] // _LONGER[1],
        started=FEWEST_VIEWERS,
        limit=_OWN_WORKS,
    )
    return tuple(_rates(each) for each in found)


def peers(session: Session, *, work_id: int) -> Cohort | None:
    """Return the newest works of the same category, length band and follower tier by others.

    Where these are fewer than FEWEST_PEERS, all tiers count; where those are too few as well, there is no cohort.
    """
    total = queries.total_of(session, work_id=work_id)
    if total is None:
        return None
    for tier in (total.tier, None):
        found = queries.cohort(
            session,
            category=total.category,
            length_band=total.length_band,
            tier=tier,
            started=FEWEST_VIEWERS,
            besides=total.creator_id,
            limit=COHORT_WORKS,
        )
        if len(found) >= FEWEST_PEERS:
            rates = tuple(_rates(each) for each in found)
            return Cohort(total.category, LengthBand(total.length_band), tier, rates)
    return None


def _rates(total: CurveTotal) -> Rates:
    return Rates(
        started=total.started,
        stayed_3=total.stayed_3,
        stayed_5=total.stayed_5,
        finished=total.finished,
        seen_positions=total.seen_positions,
        viewers=total.viewers,
        positions=total.positions,
    )
