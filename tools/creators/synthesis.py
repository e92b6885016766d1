"""A synthetic platform: accounts, works and days that look like real ones, the same for the same seed.

Followers and plays are heavy-tailed, a work's plays decay by day, completion falls with length, people post and watch
more in the evening and at weekends. The shapes are assumptions, not measurements.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from tools.creators.exports import Row
from tools.creators.vocabulary import AGENCIES, CITIES, GIVEN_NAMES, OFFENCES, SERIES, TOPICS
from tools.kernel.period import PLATFORM_ZONE

Counts = npt.NDArray[np.int64]
Rates = npt.NDArray[np.float64]

LARGEST_SEED = 2**24 - 1
_CREATORS_A_BATCH = 1_000
_WORKS_AN_ACCOUNT = 1024  # places in the numbering of works; nobody publishes as many in the days generated
_WORKS_A_DAY = 3
# Monday to Sunday: how much more is posted and watched than on an average day.
_WEEKDAYS = np.array([0.92, 0.93, 0.95, 0.97, 1.05, 1.12, 1.06])
# Midnight to 23 o'clock: when works are posted.
_HOURS = np.array(
    [1, 0, 0, 0, 0, 1, 3, 5, 5, 4, 5, 8, 9, 5, 4, 4, 6, 9, 11, 12, 9, 6, 4, 2], dtype=np.float64
)
_DECAY = 1.6
_HOSTS = 0.1
_DAYS_ON_AIR = 0.4
_VERIFIED = 0.8
_SHOPS = 0.12
_SIGNED = 0.3
_SMALLEST_SIGNED_FOLLOWERS = 100_000
_ORIGINAL = 0.93
_PUNISHED = 0.04
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of some accounts in the export format, by table; `creators` is how many there are so far."""

    creators: int
    tables: Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class _Cast:
    """The accounts of a batch, one place an account."""

    handles: list[str]
    topics: list[int]
    cities: list[str]
    followers: Counts
    quality: Rates
    posts: Counts


@dataclass(frozen=True, slots=True)
class _Works:
    """The works of a batch, one place a work; `owner` and `day` are places among the accounts and the days."""

    public_ids: list[str]
    owner: Counts
    day: Counts
    hour: Counts
    duration_seconds: Counts


@dataclass(frozen=True, slots=True)
class _WorkDays:
    """Figures of works, one place for each work and day with any: `work` and `day` are places."""

    work: Counts
    day: Counts
    figures: tuple[Counts, ...]
    plays: Counts
    new_followers: Counts


def synthesise(*, creators: int, seed: int, on: date, days: int) -> Iterator[Batch]:
    """Yield a platform of `creators` accounts with figures of the `days` days before `on`, a batch at a time."""
    calendar = [on - timedelta(days=back) for back in range(days, 0, -1)]
    for number, first in enumerate(range(0, creators, _CREATORS_A_BATCH)):
        count = min(_CREATORS_A_BATCH, creators - first)
        yield _batch(np.random.default_rng([seed, number]), seed, first, count, calendar)


def _batch(rng: np.random.Generator, seed: int, first: int, count: int, calendar: list[date]) -> Batch:
    cast = _cast(rng, seed, first, count, len(calendar))
    works = _works(rng, cast, seed, first, calendar)
    work_days = _work_days(rng, cast, works, calendar)
    account_days, followers = _account_days(rng, cast, works, work_days, calendar)
    return Batch(
        first + count,
        {
            "creators": _creator_rows(rng, cast, followers, calendar),
            "works": _work_rows(rng, cast, works, calendar),
            "work_days": _work_day_rows(works, work_days, calendar),
            "account_days": account_days,
            "violations": _violation_rows(rng, cast, calendar),
        },
    )


def _cast(rng: np.random.Generator, seed: int, first: int, count: int, days: int) -> _Cast:
    weights = np.array([topic.weight for topic in TOPICS], dtype=np.float64)
    city_weights = np.array([weight for _, weight in CITIES], dtype=np.float64)
    cities = rng.choice(len(CITIES), count, p=city_weights / city_weights.sum()).tolist()
    followers = np.clip(rng.lognormal(np.log(3_000), 1.8, count), 20, 60_000_000).astype(np.int64)
    # Larger accounts post somewhat more; half of all post less than every fifth day.
    pace = rng.lognormal(np.log(0.14), 0.9, count) * (followers / 3_000) ** 0.08
    posts = np.minimum(rng.poisson(pace * days), min(_WORKS_A_DAY * days, _WORKS_AN_ACCOUNT))
    return _Cast(
        handles=[f"g{seed}_{number:07d}" for number in range(first, first + count)],
        topics=rng.choice(len(TOPICS), count, p=weights / weights.sum()).tolist(),
        cities=[CITIES[city][0] for city in cities],
        followers=followers,
        quality=rng.lognormal(0, 0.35, count),
        posts=posts.astype(np.int64),
    )


def _works(rng: np.random.Generator, cast: _Cast, seed: int, first: int, calendar: list[date]) -> _Works:
    owner = np.repeat(np.arange(len(cast.handles)), cast.posts)
    rhythm = _WEEKDAYS[[day.weekday() for day in calendar]]
    day = rng.choice(len(calendar), len(owner), p=rhythm / rhythm.sum())
    hour = rng.choice(len(_HOURS), len(owner), p=_HOURS / _HOURS.sum())
    started = np.cumsum(cast.posts) - cast.posts
    number = (first + owner) * _WORKS_AN_ACCOUNT + np.arange(len(owner)) - started[owner]
    return _Works(
        public_ids=_public_ids(number.astype(np.uint64), seed),
        owner=owner.astype(np.int64),
        day=day.astype(np.int64),
        hour=hour.astype(np.int64),
        duration_seconds=np.clip(rng.lognormal(np.log(34), 0.7, len(owner)), 5, 1_200).astype(np.int64),
    )


def _public_ids(numbers: npt.NDArray[np.uint64], seed: int) -> list[str]:
    """Return ids that look random and never repeat: splitmix64 maps different numbers to different ones."""
    mixed = (numbers + np.uint64(seed << 40)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return [f"3x{_base36(number)}" for number in mixed.tolist()]


def _base36(number: int) -> str:
    digits: list[str] = []
    for _ in range(13):
        number, digit = divmod(number, 36)
        digits.append(_BASE36[digit])
    return "".join(reversed(digits))


def _work_days(rng: np.random.Generator, cast: _Cast, works: _Works, calendar: list[date]) -> _WorkDays:
    reach = cast.followers[works.owner] ** 0.85 * cast.quality[works.owner]
    reach = (150 + reach) * rng.lognormal(-0.4, 1.2, len(works.owner))
    age = np.arange(len(calendar))[None, :] - works.day[:, None]
    share = np.where(age >= 0, (np.maximum(age, 0) + 1.0) ** -_DECAY, 0)
    # A work posted in the evening has only the rest of its first day.
    share = np.where(age == 0, share * (1 - 0.65 * works.hour[:, None] / 24), share)
    share *= _WEEKDAYS[[day.weekday() for day in calendar]] * rng.lognormal(0, 0.2, share.shape)
    grid = np.floor(reach[:, None] * share / 2 + rng.random(share.shape)).astype(np.int64)
    work, day = np.nonzero((grid > 0) | (age == 0))
    plays = np.where(age[work, day] >= 0, grid[work, day], 0)
    new_followers = rng.binomial(plays, _of_work(rng, works, 0.0015, 0.6)[work])
    length = works.duration_seconds
    completion = 0.48 * np.exp(-length / 60) + 0.05 + rng.normal(0, 0.04, len(length))
    completion = np.clip(completion * cast.quality[works.owner] ** 0.5, 0.02, 0.9)
    completed = rng.binomial(plays, completion[work])
    watched = plays * length[work] * (0.25 + 0.7 * completion[work])
    figures = (
        completed,
        rng.binomial(plays, _of_work(rng, works, 0.22, 0.5)[work]),
        watched.astype(np.int64),
        *(
            rng.binomial(plays, _of_work(rng, works, rate, 0.5)[work])
            for rate in (0.032, 0.0035, 0.0028, 0.0045)
        ),
    )
    return _WorkDays(work, day, figures, plays, new_followers)


def _of_work(rng: np.random.Generator, works: _Works, middle: float, spread: float) -> Rates:
    return np.minimum(rng.lognormal(np.log(middle), spread, len(works.owner)), 0.9)


def _account_days(
    rng: np.random.Generator, cast: _Cast, works: _Works, work_days: _WorkDays, calendar: list[date]
) -> tuple[list[Row], Counts]:
    """Return the rows of the accounts' days and each account's followers at the end of the last."""
    shape = (len(cast.handles), len(calendar))
    place = (works.owner[work_days.work], work_days.day)
    gained, plays = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    np.add.at(gained, place, work_days.new_followers)
    np.add.at(plays, place, work_days.plays)
    gained += rng.poisson(np.broadcast_to(cast.followers[:, None] * 0.0003 + 0.2, shape))
    lost = rng.poisson(np.broadcast_to(cast.followers[:, None] * 0.0005, shape))
    # Nobody loses more than half of the first day's followers and all that came since.
    lost = np.minimum(lost, gained + cast.followers[:, None] // (2 * len(calendar)))
    followers = cast.followers[:, None] + np.cumsum(gained - lost, axis=1)
    views = gained * 4 + rng.binomial(plays, 0.01)
    hosts = rng.random(len(cast.handles)) < _HOSTS
    on_air = hosts[:, None] & (rng.random(shape) < _DAYS_ON_AIR)
    live = np.where(on_air, rng.integers(1_800, 14_400, shape), 0)
    rows: list[Row] = []
    for number, handle in enumerate(cast.handles):
        columns = (table[number].tolist() for table in (followers, gained, lost, views, live))
        rows += [(handle, day, *figures) for day, *figures in zip(calendar, *columns, strict=True)]
    return rows, followers[:, -1]


def _creator_rows(
    rng: np.random.Generator, cast: _Cast, followers: Counts, calendar: list[date]
) -> list[Row]:
    count = len(cast.handles)
    names: list[int] = rng.integers(0, len(GIVEN_NAMES), count).tolist()
    endings: list[int] = rng.integers(0, 1 << 30, count).tolist()
    older = np.minimum(rng.exponential(600, count), 3_000).astype(np.int64).tolist()
    verified = (rng.random(count) < _VERIFIED).tolist()
    shop_ages = rng.integers(1, 900, count).tolist()
    has_shop = (rng.random(count) < _SHOPS).tolist()
    scores = np.clip(rng.normal(460, 22, count), 300, 500).astype(np.int64).tolist()
    signed = ((rng.random(count) < _SIGNED) & (followers > _SMALLEST_SIGNED_FOLLOWERS)).tolist()
    rows: list[Row] = []
    for place, handle in enumerate(cast.handles):
        topic = TOPICS[cast.topics[place]]
        rows.append(
            (
                handle,
                GIVEN_NAMES[names[place]] + topic.nicknames[endings[place] % len(topic.nicknames)],
                topic.category,
                cast.cities[place],
                calendar[0] - timedelta(days=1 + older[place]),
                int(followers[place]),
                verified[place],
                calendar[-1] - timedelta(days=shop_ages[place]) if has_shop[place] else None,
                scores[place] if has_shop[place] else None,
                AGENCIES[endings[place] % len(AGENCIES)] if signed[place] else None,
            )
        )
    return rows


def _work_rows(rng: np.random.Generator, cast: _Cast, works: _Works, calendar: list[date]) -> list[Row]:
    count = len(works.public_ids)
    seconds = (works.hour * 3_600 + rng.integers(0, 3_600, count)).tolist()
    words: list[list[int]] = rng.integers(0, 1 << 30, (count, 2)).tolist()
    original = (rng.random(count) < _ORIGINAL).tolist()
    levels: list[int] = rng.choice(6, len(cast.handles), p=[0.02, 0.05, 0.13, 0.4, 0.2, 0.2]).tolist()
    midnights = [datetime.combine(day, time(), PLATFORM_ZONE) for day in calendar]
    lengths = works.duration_seconds.tolist()
    places: list[tuple[int, int]] = list(zip(works.owner.tolist(), works.day.tolist(), strict=True))
    rows: list[Row] = []
    for place, (owner, day) in enumerate(places):
        topic = TOPICS[cast.topics[owner]]
        title, thing = words[place]
        is_drama = topic.category == "短剧"
        rows.append(
            (
                works.public_ids[place],
                cast.handles[owner],
                topic.titles[title % len(topic.titles)].format(
                    thing=topic.things[thing % len(topic.things)], place=cast.cities[owner]
                ),
                "drama" if is_drama else "video",
                topic.category,
                midnights[day] + timedelta(seconds=seconds[place]),
                lengths[place],
                original[place],
                SERIES[owner % len(SERIES)] if is_drama else None,
                ("S+", "S", "A", "P", None, None)[levels[owner]] if is_drama else None,
            )
        )
    return rows


def _work_day_rows(works: _Works, work_days: _WorkDays, calendar: list[date]) -> list[Row]:
    figures = (work_days.plays, *work_days.figures, work_days.new_followers)
    places: list[int] = work_days.work.tolist()
    days: list[int] = work_days.day.tolist()
    return list(
        zip(
            (works.public_ids[work] for work in places),
            (calendar[day] for day in days),
            *(column.tolist() for column in figures),
            strict=True,
        )
    )


def _violation_rows(rng: np.random.Generator, cast: _Cast, calendar: list[date]) -> list[Row]:
    punished = np.nonzero(rng.random(len(cast.handles)) < _PUNISHED)[0].tolist()
    rows: list[Row] = []
    for place in punished:
        policy, clause, note = OFFENCES[int(rng.integers(len(OFFENCES)))]
        severity = ("notice", "general", "serious")[int(rng.choice(3, p=[0.6, 0.33, 0.07]))]
        day = calendar[int(rng.integers(len(calendar)))]
        rows.append((cast.handles[place], None, day, severity, policy, clause, note))
    return rows
