"""Exports of the platform on their way in: read, checked, merged, or refused at the row and column that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from tools.creators import contradictions, staging
from tools.creators.read_exports import ExportFile, export_files, read_rows
from tools.kernel.errors import OperatorError


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows of each kind came in."""

    creators: int = 0
    works: int = 0
    work_days: int = 0
    account_days: int = 0
    violations: int = 0


def import_exports(session: Session, *, folder: Path) -> RowCounts:
    """Bring an export's rows into the store, by natural key; importing the same again changes nothing.

    The format is described in exports.py. Raises OperatorError naming file, row and column; then nothing has changed.
    """
    files = export_files(folder)
    counts: dict[str, int] = {}
    with session.begin_nested(), staging.staging(session):
        for file in files:
            for chunk in read_rows(file):
                numbers, rows = zip(*chunk, strict=True)
                staging.stage(session, file.export, rows, numbers=numbers)
                counts[file.export.name] = counts.get(file.export.name, 0) + len(rows)
            if fault := staging.first_fault(session, file.export):
                raise file.fault(fault.row, fault.column, fault.problem)
            staging.merge(session, file.export)
        staging.refresh_followers(session)
        _check_history(session, {file.export.name: file for file in files})
    return RowCounts(**counts)


def _check_history(session: Session, files: Mapping[str, ExportFile]) -> None:
    """Refuse days that contradict each other, whether they came in now or were there before."""
    for early in contradictions.days_before_publication(session, among=staging.staged_works()):
        key = {"public_id": early.public_id}
        problem = (
            f"has figures of {early.day}, but was published on {early.published_on}: {early.public_id!r}"
        )
        raise _fault_of(
            session,
            files,
            problem,
            ("work_days", "day", {**key, "day": early.day}),
            ("works", "published_at", key),
        )
    for broken in contradictions.broken_days(session, among=staging.staged_creators()):
        problem = f"{broken.followers} on {broken.day} do not follow from the day before: expected {broken.expected}"
        days = (broken.day, broken.day - timedelta(days=1))
        raise _fault_of(
            session,
            files,
            problem,
            *(("account_days", "followers", {"handle": broken.handle, "day": day}) for day in days),
        )


def _fault_of(
    session: Session,
    files: Mapping[str, ExportFile],
    problem: str,
    *places: tuple[str, str, Mapping[str, str | date]],
) -> OperatorError:
    """Return the error at the first of the places (table, column, key) that this import brought in."""
    for name, column, key in places:
        file = files.get(name)
        if file and (row := staging.row_of(session, file.export, key)) is not None:
            return file.fault(row, column, problem)
    return OperatorError(f"stored before this import: {problem}; see guanghe audit")
