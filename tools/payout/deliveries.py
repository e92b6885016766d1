"""What the recommendation system delivered of traffic coupons, read from its file: all or nothing, and as often as wanted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.operator_files import FileRow, Imported, file_rows
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import reward_queries
from tools.payout.coupons import Delivery
from tools.payout.models import CouponDay, TrafficCoupon

COLUMNS: Final = ("coupon", "day", "impressions", "plays")
_ROWS_AT_ONCE: Final = 5_000
_NUMBER = re.compile(r"LQ(?P<id>\d{6,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the file; `delivery` is what it says of its coupon's day."""

    row: FileRow
    number: str
    coupon_id: int
    delivery: Delivery


@dataclass
class _Seen:
    """What the file has named so far: each coupon's day once, and the last row of each coupon and of each work's day."""

    days: set[tuple[int, date]] = field(default_factory=set[tuple[int, date]])
    coupons: dict[int, FileRow] = field(default_factory=dict[int, FileRow])
    works: dict[tuple[int, date], FileRow] = field(default_factory=dict[tuple[int, date], FileRow])


def import_deliveries(session: Session, *, path: Path, on: date) -> Imported:
    """Store what a file says was delivered; a coupon's day that is there already gets the new figures.

    The plays are those that the coupon brought; the work's plays without it are its figures of the day less these. Raises
    OperatorError with the row and column of what is wrong; the totals are checked when the whole file is in.
    """
    rows = file_rows(path, COLUMNS)
    seen = _Seen()
    total = Imported()
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        lines = [_line(row, on=on, seen=seen) for row in chunk]
        used = reward_queries.coupons_by_id(session, {line.coupon_id for line in lines}, lock=True)
        for line in lines:
            coupon = _checked(line, used.get(line.coupon_id))
            seen.coupons[line.coupon_id] = line.row
            assert coupon.work_id is not None
            seen.works[coupon.work_id, line.delivery.day] = line.row
        done = _store(session, lines)
        total = Imported(total.new + done.new, total.changed + done.changed, total.unchanged + done.unchanged)
    _check_coupons(session, seen.coupons)
    _check_works(session, seen.works)
    return total


def _line(row: FileRow, *, on: date, seen: _Seen) -> _Line:
    number = row.text("coupon", longest=20)
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise row.fault("coupon", f"not a coupon's number as LQ000012: {number!r}")
    delivery = Delivery(row.day("day"), row.count("impressions"), row.count("plays"))
    if delivery.day >= on:
        raise row.fault("day", f"{delivery.day} is not over yet on {on}")
    if delivery.plays > delivery.impressions:
        raise row.fault("plays", f"{delivery.plays} of {delivery.impressions} impressions")
    line = _Line(row, number, int(found["id"]), delivery)
    if (line.coupon_id, delivery.day) in seen.days:
        raise row.fault("coupon", f"{number} on {delivery.day} is there twice")
    seen.days.add((line.coupon_id, delivery.day))
    return line


def _checked(line: _Line, coupon: TrafficCoupon | None) -> TrafficCoupon:
    """Return the coupon of a row; raises OperatorError where nothing of it can have been delivered on that day."""
    if coupon is None:
        raise line.row.fault("coupon", f"there is no coupon {line.number}")
    if coupon.used_at is None:
        raise line.row.fault("coupon", f"{line.number} is {coupon.state}: nothing can be delivered of it")
    used_on = coupon.used_at.astimezone(PLATFORM_ZONE).date()
    if line.delivery.day < used_on:
        raise line.row.fault("day", f"{line.delivery.day} is before {line.number} was used on {used_on}")
    return coupon


def _store(session: Session, lines: Sequence[_Line]) -> Imported:
    known = reward_queries.days_of_coupons(session, {line.coupon_id for line in lines})
    new: list[dict[str, object]] = []
    changed = 0
    for line in lines:
        figures = line.delivery.impressions, line.delivery.plays
        stored = known.get((line.coupon_id, line.delivery.day))
        if stored is None:
            new.append(
                {"coupon_id": line.coupon_id, "day": line.delivery.day, "impressions": figures[0], "plays": figures[1]}
            )  # fmt: skip
        elif (stored.impressions, stored.plays) != figures:
            stored.impressions, stored.plays = figures
            changed += 1
    if new:
        session.execute(insert(CouponDay), new)
    session.flush()
    return Imported(len(new), changed, len(lines) - len(new) - changed)


def _check_coupons(session: Session, rows: Mapping[int, FileRow]) -> None:
    """Raise OperatorError where a coupon delivered more, over all its days, than it holds."""
    for coupon_id, held, delivered in reward_queries.overdelivered(session, coupon_ids=rows):
        row = rows[coupon_id]
        raise row.fault("impressions", f"{delivered} in all of LQ{coupon_id:06d}, which holds {held}")


def _check_works(session: Session, rows: Mapping[tuple[int, date], FileRow]) -> None:
    """Raise OperatorError where coupons brought a work more plays on a day than it had; a day without figures passes."""
    works = sorted({work_id for work_id, _ in rows})
    for start in range(0, len(works), _ROWS_AT_ONCE):
        batch = works[start : start + _ROWS_AT_ONCE]
        played = creators.plays_of_days(session, work_ids=batch)
        for (work_id, day), boosted in reward_queries.boosted_of_works(session, batch).items():
            seen, row = played.get((work_id, day)), rows.get((work_id, day))
            if row is not None and seen is not None and boosted > seen:
                raise row.fault("plays", f"coupons brought {boosted} plays on {day}, the work had {seen}")
