"""The platform's export format: which columns each file has, and what may stand in them.

Each file is `<name>.csv` (UTF-8, first row the column names) or `<name>.parquet`, with exactly these columns, in any
order. An empty cell is allowed only where marked "or empty". Days are YYYY-MM-DD, the platform's days; counts are
whole numbers of 0 or more; yes and no are true/false or 1/0.

creators: one row an account, key handle
    handle, nickname, category, city (text) · joined_on (day) · followers (count; where account_days has days of this
    account, the last of them counts) · real_name_verified (true/false) · shop_opened_on (day or empty) ·
    shop_score_hundredths (0 to 500, 4.85 points are 485, or empty) · agency (text or empty)
works: one row a work, key public_id
    public_id, handle (of its creator), title (text) · kind (video, live or drama) · category (text) · published_at (ISO
    8601; without an offset it is the platform's time, Asia/Shanghai) · duration_seconds (1 or more) · original
    (true/false) · series (text, for a drama and only there) · drama_level (S+, S, A, P or empty)
work_days: one row a work and day, key public_id and day
    public_id, day · plays, completed_plays, follower_plays (parts of plays), watch_seconds, likes, comments, shares,
    favourites, new_followers (counts)
account_days: one row an account and day, key handle and day
    handle, day · followers (at the end of the day: the day before's, plus new, minus lost) · new_followers,
    lost_followers, profile_views (counts) · live_seconds (0 to 86400)
violations: one row a penalty, key handle, public_id, day, policy and clause
    handle · public_id (of the work it is about, or empty) · day · severity (notice, general or serious) · policy, clause
    (what was broken) · note (text)
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache

from tools.kernel.period import PLATFORM_ZONE

Value = str | int | bool | date | datetime | None
Row = tuple[Value, ...]

# Above what any account will count in its life, below what the database's 64 bits overflow at when summed.
_HIGHEST_COUNT = 10**14
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_DAY_SECONDS = 86_400
# Compiled once: these run for every cell of files with hundreds of millions of them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_iso_day = lru_cache(maxsize=4_096)(date.fromisoformat)


class CellError(ValueError):
    """What a cell is not, or what is wrong with it; the reader adds where it stands."""


class Kind(StrEnum):
    """What a column's values are; it decides how a staging table stores them."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `parse` turns a cell into its value, or raises CellError."""

    name: str
    kind: Kind
    parse: Callable[[object], Value]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """One file of an export.

    `references` are the columns that name a creator or a work which must exist; `contradiction` names the column and
    the fault of a row whose cells disagree.
    """

    name: str
    key: tuple[str, ...]
    references: tuple[str, ...]
    columns: tuple[Column, ...]
    contradiction: Callable[[dict[str, Value]], tuple[str, str] | None]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names in the order of this format."""
        return tuple(column.name for column in self.columns)


def read_text(cell: object, *, longest: int) -> str:
    """Return the cell's text; raises CellError for what is no text, longer than so many characters or unprintable."""
    if not isinstance(cell, str):
        raise CellError("not text")
    if len(cell) > longest:
        raise CellError(f"longer than {longest} characters")
    if _CONTROL.search(cell):
        raise CellError("has control characters")
    return cell


def _text(name: str, longest: int, *, optional: bool = False) -> Column:
    return Column(name, Kind.TEXT, lambda cell: read_text(cell, longest=longest), optional)


def _whole(name: str, *, lowest: int = 0, highest: int = _HIGHEST_COUNT, optional: bool = False) -> Column:
    wanted = "not a whole number above 0" if lowest == 1 else "not a whole number of 0 or more"

    def parse(cell: object) -> int:
        number = _number(cell)
        if number is None or number < lowest:
            raise CellError(wanted)
        if number > highest:
            raise CellError(f"above {highest}")
        return number

    return Column(name, Kind.NUMBER, parse, optional)


def _number(cell: object) -> int | None:
    match cell:
        case bool():
            return None
        case int():
            return cell
        case float() if cell.is_integer():
            # Data frames turn a column of whole numbers with gaps into floats.
            return int(cell)
        case str() if _DIGITS.fullmatch(cell):
            return int(cell)
        case _:
            return None


def _yes_no(name: str) -> Column:
    def parse(cell: object) -> bool:
        if isinstance(cell, bool):
            return cell
        known = {"true": True, "1": True, "false": False, "0": False}
        if (found := known.get(str(cell).lower())) is None:
            raise CellError("not true or false")
        return found

    return Column(name, Kind.YES_NO, parse)


def _day(name: str, *, optional: bool = False) -> Column:
    def parse(cell: object) -> date:
        day = cell
        if isinstance(cell, str) and _ISO_DAY.fullmatch(cell):
            try:
                day = _iso_day(cell)
            except ValueError:
                raise CellError("no such day") from None
        if not isinstance(day, date) or isinstance(day, datetime):
            raise CellError("not a day like 2022-08-15")
        return _sane(day)

    return Column(name, Kind.DAY, parse, optional)


def _instant(name: str) -> Column:
    def parse(cell: object) -> datetime:
        instant = cell
        if isinstance(cell, str):
            try:
                instant = datetime.fromisoformat(cell)
            except ValueError:
                instant = None
        if not isinstance(instant, datetime):
            raise CellError("not a time like 2022-08-15T12:00:00")
        _sane(instant)
        return (instant if instant.tzinfo else instant.replace(tzinfo=PLATFORM_ZONE)).astimezone(UTC)

    return Column(name, Kind.INSTANT, parse)


def _sane(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise CellError(f"not between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return day


def _choice(name: str, *choices: str, optional: bool = False) -> Column:
    def parse(cell: object) -> str:
        if cell not in choices:
            raise CellError(f"not one of {', '.join(choices)}")
        return str(cell)

    return Column(name, Kind.TEXT, parse, optional)


def _none(_row: dict[str, Value]) -> None:
    return None


def _work_contradiction(row: dict[str, Value]) -> tuple[str, str] | None:
    if (row["kind"] == "drama") != (row["series"] is not None):
        return "series", "a drama names its series, and nothing else does"
    if row["drama_level"] is not None and row["kind"] != "drama":
        return "drama_level", "only a drama has a level"
    return None


def _work_day_contradiction(row: dict[str, Value]) -> tuple[str, str] | None:
    plays = row["plays"]
    for part in ("completed_plays", "follower_plays"):
        count = row[part]
        assert isinstance(plays, int)
        assert isinstance(count, int)
        if count > plays:
            return part, f"{count} is more than the {plays} plays"
    return None


def _account_day_contradiction(row: dict[str, Value]) -> tuple[str, str] | None:
    followers, gained, lost = row["followers"], row["new_followers"], row["lost_followers"]
    assert isinstance(followers, int)
    assert isinstance(gained, int)
    assert isinstance(lost, int)
    if followers - gained + lost < 0:
        return "new_followers", f"{gained} gained and {lost} lost can't end at {followers} followers"
    return None


EXPORTS = (
    Export(
        "creators",
        ("handle",),
        (),
        (
            _text("handle", 40),
            _text("nickname", 40),
            _text("category", 20),
            _text("city", 20),
            _day("joined_on"),
            _whole("followers"),
            _yes_no("real_name_verified"),
            _day("shop_opened_on", optional=True),
            _whole("shop_score_hundredths", highest=500, optional=True),
            _text("agency", 40, optional=True),
        ),
        _none,
    ),
    Export(
        "works",
        ("public_id",),
        ("handle",),
        (
            _text("public_id", 24),
            _text("handle", 40),
            _text("title", 120),
            _choice("kind", "video", "live", "drama"),
            _text("category", 20),
            _instant("published_at"),
            _whole("duration_seconds", lowest=1, highest=30 * _DAY_SECONDS),
            _yes_no("original"),
            _text("series", 60, optional=True),
            _choice("drama_level", "S+", "S", "A", "P", optional=True),
        ),
        _work_contradiction,
    ),
    Export(
        "work_days",
        ("public_id", "day"),
        ("public_id",),
        (
            _text("public_id", 24),
            _day("day"),
            _whole("plays"),
            _whole("completed_plays"),
            _whole("follower_plays"),
            _whole("watch_seconds"),
            _whole("likes"),
            _whole("comments"),
            _whole("shares"),
            _whole("favourites"),
            _whole("new_followers"),
        ),
        _work_day_contradiction,
    ),
    Export(
        "account_days",
        ("handle", "day"),
        ("handle",),
        (
            _text("handle", 40),
            _day("day"),
            _whole("followers"),
            _whole("new_followers"),
            _whole("lost_followers"),
            _whole("profile_views"),
            _whole("live_seconds", highest=_DAY_SECONDS),
        ),
        _account_day_contradiction,
    ),
    Export(
        "violations",
        ("handle", "public_id", "day", "policy", "clause"),
        ("handle", "public_id"),
        (
            _text("handle", 40),
            _text("public_id", 24, optional=True),
            _day("day"),
            _choice("severity", "notice", "general", "serious"),
            _text("policy", 60),
            _text("clause", 12),
            _text("note", 200),
        ),
        _none,
    ),
)
BY_NAME = {export.name: export for export in EXPORTS}
