"""What creators and reviewers may do with migrations: who is eligible, applying, looking up, deciding, undoing."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.service import Account
from tools.detection.migration import eligibility, moving, queries
from tools.detection.migration.eligibility import Check, Upheld
from tools.detection.migration.impostor import Face, Likeness, fold_name, likeness
from tools.detection.migration.models import FollowerMigration
from tools.detection.migration.outcomes import CAN_RETURN, Counts, MigrationState
from tools.detection.migration.queries import UpheldReport
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError, Refusal
from tools.kernel.holidays import working_calendar
from tools.kernel.period import PLATFORM_ZONE, last_days

_NUMBER = re.compile(r"QY(?P<day>\d{8})-?(?P<id>\d{1,12})", re.ASCII)
_FEWEST_DIGITS = 3
_LONGEST_SHOWN = 30
LONGEST_NOTE = 200


class MigrationUnknown(Refusal):
    """No such case of this creator; another creator's looks exactly the same."""

    template = "在你的粉丝迁移里没有找到编号“{number}”。发“粉丝迁移进度”可以看你全部的申请。"


class NothingUpheld(Refusal):
    """There is no report that was upheld against this account, or against anybody."""

    template = "{target}还没有判定成立的侵权或仿冒举报，暂时不能申请粉丝迁移。先发对方的视频链接或账号名举报，成立后再来申请。"


class SeveralImpostors(Refusal):
    """It does not say whose followers are meant."""

    template = "你有 {count} 个账号可以申请：{names}。告诉我要迁哪一个账号的粉丝。"


class NotEligible(Refusal):
    """A condition is not met."""

    template = "现在还不能申请迁移“{target}”的粉丝，没有满足：{gaps}。"


class AppliedAlready(Refusal):
    """One case at a time between two accounts."""

    template = "“{target}”的粉丝迁移你已经申请过，编号 {number}（{state}），不用重复提交。"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the creator stands before the conditions for one impostor's followers.

    `followed_from` is the first day on which somebody can have followed because of the infringing works.
    """

    report: UpheldReport
    impostor: Account
    likeness: Likeness
    checks: tuple[Check, ...]
    apply_by: date
    followed_from: date | None
    number: str | None
    state: MigrationState | None

    @property
    def eligible(self) -> bool:
        """Whether every condition is met."""
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class Migration:
    """A case as its creator and the reviewers see it."""

    id: int
    number: str
    original_id: int
    impostor_id: int
    impostor: str
    report_number: str
    state: MigrationState
    applied_at: datetime
    decided_at: datetime | None
    decided_by: str
    finished_at: datetime | None
    finished_by: date | None
    followed_from: date | None
    score_percent: int
    note: str
    counts: Counts


def standings(session: Session, *, creator_id: int, on: date) -> list[Standing]:
    """Return how the creator stands for each account against which a report was upheld, the newest first."""
    by_impostor: dict[int, list[UpheldReport]] = {}
    for report in queries.upheld_reports(session, owner_id=creator_id):
        by_impostor.setdefault(report.impostor_id, []).append(report)
    return [_standing(session, creator_id, reports, on=on) for reports in by_impostor.values()]


def find_standing(session: Session, *, creator_id: int, target: str | None, on: date) -> Standing:
    """Return how the creator stands for the account that is meant; one that is not open is preferred unless named.

    Raises NothingUpheld and SeveralImpostors.
    """
    found = standings(session, creator_id=creator_id, on=on)
    if target is not None and target.strip():
        name = target.strip().removeprefix("@")
        named = [item for item in found if name in {item.impostor.handle, item.impostor.nickname}]
        found = named or [item for item in found if fold_name(item.impostor.nickname) == fold_name(name)]
        if not found:
            raise NothingUpheld(target=f"“{name[:_LONGEST_SHOWN]}”")
    if not found:
        raise NothingUpheld(target="")
    free = [item for item in found if item.eligible and item.number is None]
    if len(chosen := free or found) > 1:
        names = "、".join(f"“{item.impostor.nickname}”(@{item.impostor.handle})" for item in chosen)
        raise SeveralImpostors(count=len(chosen), names=names)
    return chosen[0]


def check_application(session: Session, *, creator_id: int, target: str | None, on: date) -> Standing:
    """Return what may be applied for. Raises NothingUpheld, SeveralImpostors, NotEligible, AppliedAlready."""
    found = find_standing(session, creator_id=creator_id, target=target, on=on)
    if found.number is not None and found.state is not None:
        raise AppliedAlready(target=found.impostor.nickname, number=found.number, state=found.state.words)
    if not found.eligible:
        gaps = "；".join(check.words for check in found.checks if not check.passed)
        raise NotEligible(target=found.impostor.nickname, gaps=gaps)
    return found


def apply(session: Session, *, creator_id: int, target: str, now: datetime) -> Migration:
    """Store the application for the followers of the account with this handle; checks everything again."""
    found = check_application(
        session, creator_id=creator_id, target=target, on=now.astimezone(PLATFORM_ZONE).date()
    )
    row = FollowerMigration(
        report_id=found.report.report_id,
        original_id=creator_id,
        impostor_id=found.impostor.id,
        followed_from=found.followed_from,
        score_percent=found.likeness.percent,
        state=MigrationState.APPLIED,
        applied_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Another transaction was quicker with the same application.
        raise AppliedAlready(
            target=found.impostor.nickname, number="见进度", state=MigrationState.APPLIED.words
        ) from None
    moving.set_state(session, row, MigrationState.APPLIED, actor="creator", now=now)
    return _migration(session, row)


def migrations(session: Session, *, creator_id: int | None = None) -> list[Migration]:
    """Return the cases of this original, everybody's unless one is given, the newest first."""
    return [_migration(session, row) for row in queries.migrations(session, original_id=creator_id)]


def find_migrations(session: Session, *, creator_id: int, number: str) -> list[Migration]:
    """Return the creator's own cases with this number, its digits, or the number of the report behind it.

    Raises MigrationUnknown when there is none.
    """
    plain = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    digits = "".join(char for char in plain if char in "0123456789")
    own = migrations(session, creator_id=creator_id)
    numbers = {item.number: (item.number, item.report_number) for item in own}
    exact = [item for item in own if _bare(plain) in {_bare(known) for known in numbers[item.number]}]
    if exact:
        return exact
    found = [item for item in own if digits in _bare(item.number)]
    if len(digits) < _FEWEST_DIGITS or not plain.startswith(("QY", *"0123456789")) or not found:
        raise MigrationUnknown(number=number.strip()[:_LONGEST_SHOWN])
    return found


def by_number(session: Session, number: str) -> Migration:
    """Return the case of this number, whoever's it is. Raises OperatorError."""
    return _migration(session, _row(session, number))


def followers_to_look_at(database: Database, case: Migration) -> int:
    """Return about how many followers the case has yet to look at, for a progress bar."""
    if case.state is MigrationState.RETURNING:
        return case.counts.moved
    with database.reading() as session:
        total = queries.totals(session, creator_ids=[case.impostor_id]).get(case.impostor_id)
    return max(0, total.followers - case.counts.skipped) if total else 0


def approve(session: Session, *, number: str, by: str, now: datetime) -> Migration:
    """Let the case begin, after looking once more whether it may. Raises OperatorError."""
    row = _row(session, number, lock=True)
    _must_wait(row, number)
    state = queries.report_state(session, report_id=row.report_id)
    if state not in queries.IN_FORCE:
        raise OperatorError(f"{number}: its report is {state}, so it cannot be approved")
    if other := queries.active_migration(session, impostor_id=row.impostor_id):
        raise OperatorError(
            f"{number}: {other.number} hands out the same account's followers; wait until it is over"
        )
    row.decided_at, row.decided_by = now, _name(by)
    moving.set_state(session, row, MigrationState.APPROVED, actor=_name(by), now=now)
    return _migration(session, row)


def reject(session: Session, *, number: str, by: str, reason: str, now: datetime) -> Migration:
    """End an application, with the words that its creator reads. Raises OperatorError."""
    row = _row(session, number, lock=True)
    _must_wait(row, number)
    row.decided_at, row.decided_by, row.note = now, _name(by), " ".join(reason.split())[:LONGEST_NOTE]
    moving.set_state(session, row, MigrationState.REJECTED, actor=_name(by), now=now, note=row.note)
    return _migration(session, row)


def begin_return(session: Session, *, number: str, by: str, now: datetime) -> Migration:
    """Let the followers that a case moved be brought back; beginning again changes nothing. Raises OperatorError."""
    row = _row(session, number, lock=True)
    if row.state not in CAN_RETURN:
        raise OperatorError(f"{number} is {row.state}: it has moved nobody who could be brought back")
    if row.state != MigrationState.RETURNING:
        other = queries.active_migration(session, impostor_id=row.impostor_id)
        if other is not None and other.id != row.id:
            raise OperatorError(
                f"{number}: {other.number} hands out the same account's followers; wait until it is over"
            )
        moving.set_state(session, row, MigrationState.RETURNING, actor=_name(by), now=now)
    return _migration(session, row)


def _standing(session: Session, creator_id: int, reports: Sequence[UpheldReport], *, on: date) -> Standing:
    in_force = [report for report in reports if report.state in queries.IN_FORCE]
    report = (in_force or reports)[0]
    own = creators.account(session, creator_id=creator_id)
    impostor = creators.account(session, creator_id=report.impostor_id)
    found = likeness(
        Face(own.nickname, queries.avatar_hash(session, creator_id=own.id)),
        Face(impostor.nickname, queries.avatar_hash(session, creator_id=impostor.id)),
        infringing_works=len({item.work for item in in_force if item.work is not None}),
        works=queries.works_of(session, creator_id=impostor.id),
    )
    window = last_days(eligibility.POINTS_DAYS, on=on)
    penalties = creators.penalties(session, creator_id=creator_id, period=window)
    impersonation = any(item.impersonation for item in in_force)
    upheld = Upheld(
        report_state=report.state,
        impersonation=impersonation,
        decided_at=report.decided_at,
        real_name_verified=own.real_name_verified,
        points=eligibility.points_of([penalty.severity for penalty in penalties]),
        likeness=found,
    )
    earlier = queries.open_migration(session, original_id=creator_id, impostor_id=impostor.id)
    since = [item.copied_since for item in in_force if item.copied_since is not None]
    return Standing(
        report=report,
        impostor=impostor,
        likeness=found,
        checks=eligibility.checks(upheld, on=on),
        apply_by=eligibility.apply_by(report.decided_at),
        followed_from=None if impersonation or not since else min(since).astimezone(PLATFORM_ZONE).date(),
        number=earlier.number if earlier else None,
        state=MigrationState(earlier.state) if earlier else None,
    )


def _migration(session: Session, row: FollowerMigration) -> Migration:
    approved = row.decided_at if row.state not in {"applied", "rejected"} else None
    return Migration(
        id=row.id,
        number=row.number,
        original_id=row.original_id,
        impostor_id=row.impostor_id,
        impostor=creators.account(session, creator_id=row.impostor_id).nickname,
        report_number=queries.report_number(session, report_id=row.report_id),
        state=MigrationState(row.state),
        applied_at=row.applied_at.astimezone(PLATFORM_ZONE),
        decided_at=row.decided_at and row.decided_at.astimezone(PLATFORM_ZONE),
        decided_by=row.decided_by,
        finished_at=row.finished_at and row.finished_at.astimezone(PLATFORM_ZONE),
        finished_by=approved and eligibility.finished_by(approved, calendar=working_calendar()).day,
        followed_from=row.followed_from,
        score_percent=row.score_percent,
        note=row.note,
        counts=moving.counts_of(row),
    )


def _row(session: Session, number: str, *, lock: bool = False) -> FollowerMigration:
    match = _NUMBER.fullmatch(number.strip().upper())
    row = queries.migration(session, int(match["id"]), lock=lock) if match else None
    if row is None or _bare(row.number) != _bare(number.strip().upper()):
        raise OperatorError(f"no migration has the number {number!r}")
    return row


def _must_wait(row: FollowerMigration, number: str) -> None:
    if row.state != MigrationState.APPLIED:
        raise OperatorError(f"{number} is {row.state}: only an application that waits can be decided")


def _name(by: str) -> str:
    name = " ".join(by.split())
    if not name or len(name) > 60:  # noqa: PLR2004 - the column's width
        raise OperatorError("--by takes the reviewer's name, 1 to 60 characters")
    return name


def _bare(number: str) -> str:
    return number.replace("-", "")
