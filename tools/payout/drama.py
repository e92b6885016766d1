"""How effective plays become money: a running total of each series and rule, granted as whole fen, never one lost.

Amounts inside are thousandths of a fen, since 1,000 plays have a price in fen: the total is exact, and what is due is
its whole part less what was granted before. So it doesn't matter in which order the days arrive, or how they are cut.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tools.payout.drama_rules import DramaRules, Level, rules_on

THOUSANDTHS = 1_000


@dataclass(frozen=True, slots=True)
class PlayDay:
    """What one day of a series counts: effective plays without those found to be fraud."""

    day: date
    effective_plays: int
    fraud_plays: int = 0

    @property
    def counted(self) -> int:
        """The plays that are paid."""
        return self.effective_plays - self.fraud_plays


@dataclass(frozen=True, slots=True)
class Rating:
    """The level of a series from a day on."""

    from_day: date
    level: Level


@dataclass(frozen=True, slots=True)
class Series:
    """All that the money of a series depends on.

    `rules` are all versions. `takes_part_from` has for each rule version the day from which the creator meets its conditions; a version that is
    missing was never met. Ratings are ascending.
    """

    released_on: date
    rules: tuple[DramaRules, ...]
    ratings: tuple[Rating, ...]
    takes_part_from: Mapping[int, date] = field(default_factory=dict[int, date])

    def level_on(self, day: date) -> Level:
        """Return the level on that day: the growth mode as long as nobody rated it."""
        place = bisect_right([rating.from_day for rating in self.ratings], day)
        return self.ratings[place - 1].level if place else Level.P

    def price_on(self, day: date) -> tuple[DramaRules, int] | None:
        """Return the rules of that day and the fen of 1,000 plays by them; None where the day earns nothing."""
        rules = rules_on(self.rules, day)
        if (
            rules is None
            or day < self.released_on
            or day >= self.released_on + timedelta(days=rules.days.count)
        ):
            return None
        since = self.takes_part_from.get(rules.version)
        price = rules.prices.fen_per_thousand.get(self.level_on(day), 0)
        if since is None or day < since or not price:
            return None
        return rules, price


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What makes a series right: unsettled shares taken back (by their numbers), and new shares as (day, fen).

    `carried_fen` is owed to the platform after that: later shares pay it off, the creator never does.
    """

    taken_back: tuple[int, ...] = ()
    granted: tuple[tuple[date, int], ...] = ()
    carried_fen: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """Money granted for a series under a rule before; `settled` can't be taken back."""

    number: int
    day: date
    amount_fen: int
    settled: bool


def takes_part_from(published: Iterable[tuple[str, date]], *, rules: Iterable[DramaRules]) -> dict[int, date]:
    """Return for each rule version the first day on which one series has the episodes that it asks for.

    `published` has the series and day of every episode of one creator.
    """
    days: dict[str, list[date]] = {}
    for series, day in published:
        days.setdefault(series, []).append(day)
    found: dict[int, date] = {}
    for each in rules:
        asked = each.episodes.count
        reached = [sorted(series)[asked - 1] for series in days.values() if len(series) >= asked]
        if reached:
            found[each.version] = min(reached)
    return found


def totals(series: Series, play_days: Iterable[PlayDay], *, before: date | None = None) -> dict[int, int]:
    """Return what the plays before a day are worth by rule version, in thousandths of a fen."""
    worth: dict[int, int] = {}
    for item in play_days:
        if before is not None and item.day >= before:
            continue
        if (priced := series.price_on(item.day)) is not None:
            rules, price = priced
            worth[rules.version] = worth.get(rules.version, 0) + item.counted * price
    return worth


def earned_fen(series: Series, play_days: Sequence[PlayDay], *, starts_on: date, ends_on: date) -> int:
    """Return what the days of a period bring, so that periods side by side sum to what they are together."""
    upto, until = (totals(series, play_days, before=day) for day in (starts_on, ends_on))
    return sum(worth // THOUSANDTHS - upto.get(version, 0) // THOUSANDTHS for version, worth in until.items())


def booking_days(on: date) -> tuple[date, ...]:
    """Return the days that shares are booked on when `on` begins: the month before stays open until it settles.

    earnings-settlement 1.1 pays a month on the 15th of the next one; later finds go with the days they are found on.
    """
    yesterday = on - timedelta(days=1)
    month_end = on.replace(day=1) - timedelta(days=1)
    if on.day >= 15 or month_end == yesterday:  # noqa: PLR2004 - earnings-settlement 1.1
        return (yesterday,)
    return (month_end, yesterday)


def adjust(worth: Sequence[tuple[date, int]], shares: Sequence[Share]) -> Adjustment:
    """Return what brings the shares of one series and rule to what its plays are worth.

    `worth` are ascending booking days with the thousandths of a fen earned until their end. What was settled stays: the
    shares sum to the whole part of the worth, or to what was settled if that is more.
    """
    held = sum(share.amount_fen for share in shares)
    due = worth[-1][1] // THOUSANDTHS
    if due < held:
        return _take_back(held - due, shares)
    granted: list[tuple[date, int]] = []
    for day, thousandths in worth:
        missing = thousandths // THOUSANDTHS - held
        if missing > 0:
            granted.append((day, missing))
            held += missing
    return Adjustment(granted=tuple(granted))


def _take_back(excess_fen: int, shares: Sequence[Share]) -> Adjustment:
    """Take back whole unsettled shares, the newest first, and grant again what was too much of the last one."""
    taken: list[int] = []
    for share in sorted(shares, key=lambda item: item.number, reverse=True):
        if excess_fen <= 0:
            break
        if share.settled:
            continue
        taken.append(share.number)
        excess_fen -= share.amount_fen
        if excess_fen < 0:
            return Adjustment(tuple(taken), ((share.day, -excess_fen),))
    return Adjustment(tuple(taken), carried_fen=max(0, excess_fen))
