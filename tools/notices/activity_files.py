"""Activities from the operators' YAML and CSV files, and their results: checked to the last row before anything is stored."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, cast

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.errors import OperatorError
from tools.kernel.operator_files import FileRow, Imported, file_rows
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.rules.tree import RuleError
from tools.kernel.rules.ways import ways_of
from tools.kernel.yaml_lines import parse_yaml
from tools.notices import audience, queries, service
from tools.notices.models import Activity
from tools.notices.topics import Topic

COLUMNS: Final = (
    "key", "title", "category", "about", "reward", "policy", "clause", "audience", "starts", "ends", "sign_up_by",
)  # fmt: skip
RESULT_COLUMNS: Final = ("handle", "result")
# What each column that may be corrected is to the store.
ATTRIBUTES: Final = {
    "title": "title", "category": "category", "about": "about", "reward": "reward", "policy": "policy",
    "clause": "clause", "audience": "audience", "starts": "starts_at", "ends": "ends_at",
    "sign_up_by": "sign_up_by",
}  # fmt: skip
_OPTIONAL: Final = frozenset({"category", "policy", "clause"})
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,39}", re.ASCII)
_LARGEST_BYTES: Final = 4_000_000
# Whether a clause is in force on a day: the rules' documents lie outside this room.
InForce = Callable[[str, str, date], bool]


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """A row that passed every check of its own."""

    row: FileRow
    activity: Activity


def read(path: Path, *, in_force: InForce, now: datetime) -> list[ActivityRow]:
    """Return the activities of a file. Raises OperatorError with file, row and column for the first fault."""
    found: list[ActivityRow] = []
    seen: set[tuple[str, str]] = set()
    for row in _rows(path):
        item = _read(row, in_force=in_force, now=now)
        for column in ("key", "title"):
            name = column, row.text(column, longest=60)
            if name in seen:
                raise row.fault(column, f"stands in the file twice: {name[1]!r}")
            seen.add(name)
        found.append(item)
    return found


def store(session: Session, rows: Iterable[ActivityRow]) -> Imported:
    """Store activities; the same file again changes nothing.

    One that creators were told of, or signed up for, must say the same: it does not change under them. Raises
    OperatorError; then nothing is stored.
    """
    new = changed = unchanged = 0
    for item in rows:
        given = item.activity
        stored = queries.activity_by_key(session, key=given.key, lock=True)
        same_title = queries.activity_by_title(session, title=given.title)
        if same_title is not None and same_title.key != given.key:
            raise item.row.fault("title", f"is that of {same_title.key}")
        if stored is None:
            session.add(given)
            new += 1
        elif not (other := _differences(stored, given)):
            unchanged += 1
        elif _is_known(session, stored):
            raise item.row.fault(other[0], f"creators know {given.key} with another {other[0]}")
        else:
            for name in other:
                setattr(stored, ATTRIBUTES[name], getattr(given, ATTRIBUTES[name]))
            changed += 1
        session.flush()
    return Imported(new=new, changed=changed, unchanged=unchanged)


def import_results(session: Session, *, key: str, path: Path, now: datetime) -> Imported:
    """Store how an activity ended for those who took part, and leave them a notice of it; again, it changes nothing.

    Raises OperatorError for the first fault: a creator who took no part, or a result that was told already.
    """
    activity = queries.activity_by_key(session, key=key, lock=True)
    if activity is None:
        raise OperatorError(f"there is no activity {key!r}")
    new = unchanged = 0
    for row in file_rows(path, RESULT_COLUMNS):
        handle, result = row.text("handle", longest=40), row.text("result", longest=200)
        account = creators.find_account(session, handle=handle)
        entry = account and queries.entry(session, activity_id=activity.id, creator_id=account.id)
        if entry is None or entry.withdrawn_at is not None:
            raise row.fault("handle", f"{handle!r} does not take part in {key}")
        if entry.result is not None and entry.result != result:
            raise row.fault("result", f"{handle!r} was told another one")
        if entry.result == result:
            unchanged += 1
            continue
        entry.result, entry.result_at = result, now
        service.leave(
            session,
            creator_id=entry.creator_id,
            topic=Topic.ACTIVITY,
            category=activity.category or "",
            lane=Topic.TASK.lane,
            text=f"《{activity.title}》出结果了：{result}。",
            dedupe_key=f"activity:{activity.id}:result:{entry.creator_id}",
            expires_at=now + timedelta(days=30),
            now=now,
        )
        new += 1
    session.flush()
    return Imported(new=new, unchanged=unchanged)


def _rows(path: Path) -> Iterator[FileRow]:
    match path.suffix.lower():
        case ".csv":
            return file_rows(path, COLUMNS)
        case ".yaml" | ".yml":
            return _yaml_rows(path)
        case other:
            raise OperatorError(f"{path.name}: {other or 'no ending'!r}; activities come as .yaml or .csv")


def _yaml_rows(path: Path) -> Iterator[FileRow]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path.name}: can't be read: {error.strerror or error}") from error
    if len(content) > _LARGEST_BYTES:
        raise OperatorError(f"{path.name}: {len(content)} bytes; at most {_LARGEST_BYTES}")
    _, document = parse_yaml(path.name, content)
    if not isinstance(document, list):
        raise OperatorError(f"{path.name}:1: not a list of activities")
    for number, item in enumerate(cast("list[object]", document), start=1):
        if not isinstance(item, dict):
            raise OperatorError(f"{path.name} row {number}: not an activity with keys and values")
        cells = {str(name): value for name, value in cast("dict[object, object]", item).items()}
        yield FileRow(path.name, number, _cells(path.name, number, cells))


def _cells(name: str, number: int, item: Mapping[str, object]) -> dict[str, str]:
    if unknown := sorted(item.keys() - set(COLUMNS)):
        raise OperatorError(f"{name} row {number}: no column is called {unknown[0][:40]!r}")
    if missing := [column for column in COLUMNS if column not in item and column not in _OPTIONAL]:
        raise OperatorError(f"{name} row {number}, column {missing[0]}: is missing")
    return {column: _text(item.get(column)) for column in COLUMNS}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _read(row: FileRow, *, in_force: InForce, now: datetime) -> ActivityRow:
    key = row.text("key", longest=40)
    if not _KEY.fullmatch(key):
        raise row.fault("key", f"not two to forty letters, digits and hyphens: {key!r}")
    starts, ends, until = (_moment(row, column) for column in ("starts", "ends", "sign_up_by"))
    if ends <= starts:
        raise row.fault("ends", "is not after the beginning")
    if until > ends:
        raise row.fault("sign_up_by", "is after the end")
    policy, clause = row.note("policy", longest=60), row.note("clause", longest=20)
    if bool(policy) != bool(clause):
        raise row.fault("clause", "a policy has a clause with it")
    if policy and not in_force(policy, clause, starts.astimezone(PLATFORM_ZONE).date()):
        raise row.fault("clause", f"{policy} {clause} is not in force on {starts:%Y-%m-%d}")
    activity = Activity(
        key=key,
        title=row.text("title", longest=60),
        category=row.note("category", longest=20) or None,
        about=row.text("about", longest=400),
        reward=row.text("reward", longest=200),
        policy=policy or None,
        clause=clause or None,
        audience=_audience(row),
        starts_at=starts,
        ends_at=ends,
        sign_up_by=until,
        imported_at=now,
    )
    return ActivityRow(row, activity)


def _moment(row: FileRow, column: str) -> datetime:
    """Return a moment on the platform's clock; an end that is a day is the end of that day."""
    cell = row.text(column, longest=40)
    try:
        if len(cell) == len("2022-08-15"):
            day = date.fromisoformat(cell)
            day += timedelta(days=0 if column == "starts" else 1)
            return datetime.combine(day, time(), PLATFORM_ZONE)
        found = datetime.fromisoformat(cell)
    except (ValueError, OverflowError) as error:
        raise row.fault(column, f"not a day or a moment as 2022-08-15 18:00: {cell!r}") from error
    return found if found.tzinfo else found.replace(tzinfo=PLATFORM_ZONE)


def _audience(row: FileRow) -> str:
    text = row.text("audience", longest=600)
    try:
        ways_of(audience.audience_rule(text))
    except RuleError as error:
        raise row.fault("audience", str(error)) from error
    return text


def _differences(stored: Activity, given: Activity) -> list[str]:
    return [column for column, name in ATTRIBUTES.items() if getattr(stored, name) != getattr(given, name)]


def _is_known(session: Session, activity: Activity) -> bool:
    told = queries.broadcasts(session, activity_id=activity.id)
    return bool(told) or queries.signed_up(session, activity_id=activity.id) > 0
