"""Playback logs of the demo platform, made up from its works' figures and built by the same job as real ones."""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from tools.creators.curves import queries, service
from tools.creators.curves.lengths import band_of, finish_of
from tools.creators.curves.logs import Columns
from tools.creators.curves.rows import FIRST_DAY, NO_LIKE
from tools.creators.queries import midnight
from tools.kernel.period import PLATFORM_ZONE

SOURCE = "demo"
# One work stays without a log: what an answer without seconds looks like.
_WITHOUT = frozenset({"3xlaotie014"})
_DAYS_BACK = 66
# Viewers in a log: a sample of those of the accounts with a story, just enough of the others' to compare with.
_SHARE, _FEWEST, _MOST = 12, 260, 900
_PEER_VIEWERS = 110
_PEER_WORKS = 26
_SPLIT = (0.6, 0.25, 0.15)
_SEED = 20220815
# How many try to like, how many of them at the bright moment; how many look again, how many of them there.
_LIKED, _LIKED_THERE = 0.2, 0.3
_AGAIN, _AGAIN_THERE = 0.3, 0.4


@dataclass(frozen=True, slots=True)
class _Work:
    """A work that gets a log."""

    id: int
    public_id: str
    published_on: date
    seconds: int
    completion: float
    viewers: int


def load(session: Session, *, handles: Sequence[str], on: date) -> None:
    """Store curves of the works of `handles` and of enough peers; loading again changes nothing."""
    works = _works(session, handles=frozenset(handles), on=on)
    if not works or queries.source(session, name=SOURCE) is not None:
        return
    parts = [_log(work, on=on) for work in works]
    columns = Columns(
        works=np.concatenate(
            [np.full(len(part[0]), work.id) for work, part in zip(works, parts, strict=True)]
        ),
        texts=None,
        days=_joined(parts, 0).astype(np.int32),
        viewers=_joined(parts, 1).astype(np.uint64),
        starts=_joined(parts, 2).astype(np.int32),
        ends=_joined(parts, 3).astype(np.int32),
        likes=_joined(parts, 4).astype(np.int32),
        exited=_joined(parts, 5).astype(np.bool_),
    )
    service.build_columns(session, columns, source=SOURCE)


def _works(session: Session, *, handles: frozenset[str], on: date) -> list[_Work]:
    since: datetime = midnight(on - timedelta(days=_DAYS_BACK))
    found = queries.works_to_log(session, since=since, before=midnight(on))
    cohorts = {(row[1], band_of(row[5])) for row in found if row[0] in handles}
    taken: Counter[tuple[str, str]] = Counter()
    works: list[_Work] = []
    for handle, category, work_id, public_id, published_at, seconds, plays, completed in found:
        told, cohort = handle in handles, (category, band_of(seconds))
        if public_id in _WITHOUT or not (told or (cohort in cohorts and taken[cohort] < _PEER_WORKS)):
            continue
        taken[cohort] += not told
        viewers = min(max(plays // _SHARE, _FEWEST), _MOST) if told else _PEER_VIEWERS
        published_on = published_at.astimezone(PLATFORM_ZONE).date()
        works.append(_Work(work_id, public_id, published_on, seconds, max(completed / plays, 0.02), viewers))
    return works


def _log(work: _Work, *, on: date) -> tuple[npt.NDArray[np.int64], ...]:
    """Return days, viewers, starts, ends, likes and exits of a work's rows."""
    rng = np.random.default_rng([_SEED, zlib.crc32(work.public_id.encode())])
    seconds, count = work.seconds, work.viewers
    dull, bright = (int(place * seconds) for place in rng.uniform([0.25, 0.6], [0.45, 0.8]))
    # How likely people leave: in the opening most, at the dull second much, elsewhere evenly.
    leaving = 1 + 5 * np.exp(-np.arange(seconds) / rng.uniform(0.8, 2.0))
    leaving[dull] += rng.uniform(1.6, 3) * (1 + seconds / 90)
    risk = np.cumsum(leaving) * -log(work.completion) / leaving[: finish_of(seconds)].sum()
    ends = np.searchsorted(risk, rng.exponential(size=count))
    near = bright + rng.integers(0, 2, count)
    likes = np.where(rng.random(count) < _LIKED_THERE, near, rng.integers(0, seconds, count))
    likes = np.where((rng.random(count) < _LIKED) & (likes <= ends), likes, NO_LIKE)
    days = min((on - work.published_on).days, len(_SPLIT))
    shares = np.array(_SPLIT[:days]) / sum(_SPLIT[:days])
    day = (work.published_on - FIRST_DAY).days + rng.choice(days, count, p=shares)
    # Some look again, at the bright moment or at any other: rows of their own, without an exit.
    again = np.nonzero((rng.random(count) < _AGAIN) & (ends > bright + 2))[0]
    where = np.where(
        rng.random(len(again)) < _AGAIN_THERE, bright, rng.integers(2, max(bright, 3), len(again))
    )
    rows = (
        (day, day[again]),
        (np.arange(count), again),
        (np.zeros(count), np.maximum(where - 2, 0)),
        (ends, np.minimum(where + 2, seconds)),
        (likes, np.full(len(again), NO_LIKE)),
        (ends < seconds, np.zeros(len(again))),
    )
    return tuple(np.concatenate([first, more]).astype(np.int64) for first, more in rows)


def _joined(parts: Sequence[tuple[npt.NDArray[np.int64], ...]], place: int) -> npt.NDArray[np.int64]:
    return np.concatenate([part[place] for part in parts])
