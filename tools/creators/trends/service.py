"""Building a day's trends, and what a creator may read of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from tools.creators.accounts import Account, Tier, tier_of
from tools.creators.trends import queries
from tools.creators.trends.contrast import SMALLEST_COHORT, Contrast, contrasts, top_tenth
from tools.creators.trends.factors import Factor, Habits, factor_values
from tools.creators.trends.formats import Kind
from tools.creators.trends.keywords import topics
from tools.creators.trends.models import Trend, TrendDay, TrendEarning, TrendFactor, WorkMusic, WorkTopic
from tools.creators.trends.queries import Counted
from tools.creators.trends.rising import FEWEST_CREATORS, Rise, rise

KEPT_DAYS = 35
_WEEKS_DAYS = 14
# What so few creators did is theirs to tell (trends-data 1.4: sums only).
FEWEST_EARNING = 10
_KEPT_A_KIND = 200
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made, row by row of the kinds."""

    topics: int
    trends: int
    factors: int
    earnings: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """The accounts that an account is compared with; "" is every category or tier."""

    category: str
    tier: str

    @property
    def words(self) -> str:
        """The cohort as creators call it."""
        parts = [self.category and f"{self.category}领域", Tier(self.tier).words if self.tier else ""]
        return "、".join(part for part in parts if part) or "全站"


@dataclass(frozen=True, slots=True)
class Gap:
    """What sets the top tenth of a cohort apart, with the account's own values."""

    cohort: Cohort
    size: int
    top: int
    contrasts: tuple[Contrast, ...]
    own: dict[str, float | None]


def build(session: Session, *, on: date, now: datetime) -> Built:
    """Materialise the trends of the day in place of those that were there; the same figures make the same rows.

    One transaction: readers see the day before or this one, whole.
    """
    found = extract_topics(session, on=on)
    for model in (Trend, TrendFactor, TrendEarning, TrendDay):
        session.execute(
            delete(model).where((model.day == on) | (model.day <= on - timedelta(days=KEPT_DAYS)))
        )
    session.add(TrendDay(day=on, built_at=now))
    session.flush()
    with queries.played_works(session, on=on):
        totals = queries.publishers(session)
        trends = [
            row
            for kind in Kind
            for by_category in (False, True)
            if not (by_category and kind is Kind.CATEGORY)
            for row in _trends(session, kind, totals, on=on, by_category=by_category)
        ]
    cohorts = _factors(queries.habits(session, on=on), on=on)
    earned = _earnings(session, on=on)
    for model, rows in ((Trend, trends), (TrendFactor, cohorts), (TrendEarning, earned)):
        for first in range(0, len(rows), _BATCH):
            session.execute(insert(model), rows[first : first + _BATCH])
    session.expire_all()
    return Built(found, len(trends), len(cohorts), len(earned))


def extract_topics(session: Session, *, on: date) -> int:
    """Bring the topics of all works played in the two weeks to what their titles say now; return how many there are."""
    count = 0
    for batch in queries.titles(session, first=on - timedelta(days=_WEEKS_DAYS), on=on):
        wanted = {(work_id, topic) for work_id, title in batch for topic in topics(title)}
        there = queries.topics_of(session, work_ids=[work_id for work_id, _ in batch])
        count += len(wanted)
        if added := sorted(wanted - there):
            session.execute(
                insert(WorkTopic), [{"work_id": work_id, "topic": topic} for work_id, topic in added]
            )
        for work_id, topic in sorted(there - wanted):
            session.execute(delete(WorkTopic).where(WorkTopic.work_id == work_id, WorkTopic.topic == topic))
    return count


def record_music(session: Session, *, music: Iterable[tuple[str, str]]) -> tuple[int, list[str]]:
    """Set the music of works by public id; return how many were set, and the ids that no work has."""
    rows = dict(music)
    names = sorted(rows)
    unknown: list[str] = []
    for first in range(0, len(names), _BATCH):
        part = names[first : first + _BATCH]
        ids = queries.work_ids(session, public_ids=part)
        unknown += [name for name in part if name not in ids]
        session.execute(delete(WorkMusic).where(WorkMusic.work_id.in_(list(ids.values()))))
        if ids:
            session.execute(
                insert(WorkMusic),
                [{"work_id": ids[name], "music": rows[name]} for name in part if name in ids],
            )
    return len(rows) - len(unknown), unknown


def _trends(
    session: Session, kind: Kind, totals: Mapping[str, tuple[int, int]], *, on: date, by_category: bool
) -> list[dict[str, object]]:
    found = queries.counted(session, kind=kind, by_category=by_category)
    return _surest(
        [
            (each, rise(each.creators, each.creators_before, total=total, total_before=total_before))
            for each in found
            for total, total_before in [totals[each.category]]
            if total and total_before
        ],
        kind,
        on=on,
    )


def _surest(found: Sequence[tuple[Counted, Rise]], kind: Kind, *, on: date) -> list[dict[str, object]]:
    """Return of each category those of enough creators that rose most surely: tags have no end, answers do."""
    kept: Counter[str] = Counter()
    rows: list[dict[str, object]] = []
    for each, rose in sorted(found, key=lambda pair: (-pair[1].low, pair[0].name)):
        if each.creators < FEWEST_CREATORS or kept[each.category] >= _KEPT_A_KIND:
            continue
        kept[each.category] += 1
        rows.append({"day": on, "kind": kind.value, **asdict(each), **asdict(rose)})
    return rows


def _factors(accounts: Sequence[Habits], *, on: date) -> list[dict[str, object]]:
    members: dict[Cohort, list[Habits]] = {}
    for each in accounts:
        tier = tier_of(each.followers).value
        for cohort in cohorts(each.category, tier):
            members.setdefault(cohort, []).append(each)
    rows: list[dict[str, object]] = []
    for cohort, some in members.items():
        if len(some) < SMALLEST_COHORT:
            continue
        top = top_tenth(np.array([each.plays for each in some], np.int64))
        rows += [
            _factor_row(on, cohort, size=len(some), top=int(top.sum()), found=found)
            for found in contrasts(factor_values(some), top=top)
        ]
    return rows


def _factor_row(on: date, cohort: Cohort, *, size: int, top: int, found: Contrast) -> dict[str, object]:
    return {
        "day": on,
        "category": cohort.category,
        "tier": cohort.tier,
        "cohort": size,
        "top": top,
        **asdict(found),
    }


def cohorts(category: str, tier: str) -> tuple[Cohort, ...]:
    """Return the cohorts that an account is in, the nearest first."""
    return (Cohort(category, tier), Cohort("", tier), Cohort(category, ""), Cohort("", ""))


def _earnings(session: Session, *, on: date) -> list[dict[str, object]]:
    return [
        {
            "day": on,
            "category": each.category,
            "creators": each.creators,
            "earning": each.earning,
            "fen_per_thousand_plays": each.income_fen * 1_000 // each.plays,
        }
        for each in queries.earnings(session, on=on)
        if each.earning >= FEWEST_EARNING and each.plays > 0
    ]


def gap(session: Session, *, account: Account, day: date) -> Gap | None:
    """Return what sets the best of the account's nearest large enough cohort apart, None where none is large enough."""
    for cohort in cohorts(account.category, account.tier.value):
        rows = queries.factors(session, day=day, category=cohort.category, tier=cohort.tier)
        if not rows:
            continue
        found = [
            Contrast(row.factor, row.delta, row.low, row.high, row.top_median, row.rest_median)
            for row in rows
        ]
        found.sort(key=lambda each: (-max(each.low, -each.high), each.factor))
        own = queries.habits(session, on=day, creator_id=account.id)
        values = factor_values(own) if own else {}
        mine = {factor.value: _value(values.get(factor.value)) for factor in Factor}
        return Gap(cohort, rows[0].cohort, rows[0].top, tuple(found), mine)
    return None


def _value(column: object) -> float | None:
    if column is None:
        return None
    value = float(np.asarray(column, np.float64)[0])
    return None if np.isnan(value) else value
