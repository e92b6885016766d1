"""What follows from a match: nothing where the account may use the original, else a claim or a question to a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Ground(StrEnum):
    """Why a match is no infringement."""

    OWN = "own"
    SERIES = "series"
    LICENSED = "licensed"
    ALLOW_LISTED = "allow_listed"

    @property
    def words(self) -> str:
        """The ground as a reporter is told it."""
        return _WORDS[self]


_WORDS = {
    Ground.OWN: "对方作品也是原作者自己的",
    Ground.SERIES: "对方登记过同一部剧的授权",
    Ground.LICENSED: "对方登记过这条作品的授权",
    Ground.ALLOW_LISTED: "对方是平台白名单账号",
}


class Outcome(StrEnum):
    """What becomes of a match."""

    CLAIMED = "claimed"
    REVIEW = "review"
    PERMITTED = "permitted"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Side:
    """A video as far as rights go; `work` and `published_at` are None for an original that is no work here."""

    creator: int
    work: int | None
    series: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Permission:
    """What an account may use on these days; without `owner`, everything (the platform's allow-list)."""

    owner: int | None
    licensee: int
    work: int | None
    series: str | None
    starts_on: date
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


def ground(suspect: Side, original: Side, permissions: Iterable[Permission], *, on: date) -> Ground | None:
    """Return why the suspect may show the original on that day, None when nothing allows it.

    A series' name alone proves nothing, since a pirate can type it: another account's episodes need a permission.
    """
    if suspect.creator == original.creator:
        return Ground.OWN
    grounds = {
        found
        for permission in permissions
        if permission.licensee == suspect.creator and permission.holds_on(on)
        if (found := _ground_of(permission, original)) is not None
    }
    # The narrowest permission is the one to tell of.
    return next(
        (one for one in (Ground.LICENSED, Ground.SERIES, Ground.ALLOW_LISTED) if one in grounds), None
    )


def outcome(*, sure: bool, ground: Ground | None, suspect: Side, original: Side) -> Outcome:
    """Return what becomes of a match; `sure` is whether the machine may decide it without a person.

    Whoever published first is not accused by a machine: then a person finds out whose it is. An original that is no
    work of this platform cannot be claimed: it is noted for its owner.
    """
    if ground is not None:
        return Outcome.PERMITTED
    if original.work is None or original.published_at is None or suspect.published_at is None:
        return Outcome.NOTED
    if suspect.published_at <= original.published_at or not sure:
        return Outcome.REVIEW
    return Outcome.CLAIMED


def _ground_of(permission: Permission, original: Side) -> Ground | None:
    if permission.owner is None:
        return Ground.ALLOW_LISTED
    if permission.owner != original.creator:
        return None
    if permission.series is not None:
        return Ground.SERIES if permission.series == original.series else None
    if permission.work is not None and permission.work != original.work:
        return None
    return Ground.LICENSED
