"""Long work on demand: a room asks inside its transaction, the workers do it; asking twice by one key is asking once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.kernel.db import Json
from tools.kernel.task_request_models import TaskRequest

# A task that kills its workers is given up after this many beginnings.
MOST_ATTEMPTS = 8
_LONGEST_FAILURE = 500


class TaskState(StrEnum):
    """Where a requested task stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class TaskGivenUpError(Exception):
    """A task began too often without an end."""


@dataclass(frozen=True, slots=True)
class Requested:
    """A task as a worker gets it."""

    name: str
    body: Json


def request_task(session: Session, *, name: str, key: str, body: Json, now: datetime) -> None:
    """Ask the workers for a task; it begins after this transaction commits, and runs at least once.

    The same key again, also from another transaction, changes nothing: the first request counts.
    """
    if session.scalar(select(exists().where(TaskRequest.key == key))):
        return
    try:
        with session.begin_nested():
            session.add(TaskRequest(name=name, key=key, body=body, requested_at=now))
    except IntegrityError:
        # Somebody beside this one asked for the same.
        return


def state_of(session: Session, *, key: str) -> TaskState | None:
    """Return where the task stands, None when nobody asked for it."""
    row = session.scalar(select(TaskRequest).where(TaskRequest.key == key))
    if row is None:
        return None
    if row.finished_at is not None:
        return TaskState.FINISHED if row.failed is None else TaskState.FAILED
    return TaskState.RUNNING if row.attempts else TaskState.WAITING


def waiting(session: Session) -> int:
    """Return how many requested tasks wait or run."""
    return session.scalar(select(func.count()).where(TaskRequest.finished_at.is_(None))) or 0


def unfinished(session: Session, *, key_prefix: str = "") -> bool:
    """Whether any task whose key begins so waits or runs."""
    row = TaskRequest
    return bool(
        session.scalar(
            select(exists().where(row.finished_at.is_(None), row.key.startswith(key_prefix, autoescape=True)))
        )
    )


def not_handed(session: Session, *, limit: int) -> list[tuple[int, str]]:
    """Return the requests that the queue does not have, oldest first, with the name that the queue knows each by."""
    rows: Sequence[TaskRequest] = session.scalars(
        select(TaskRequest).where(TaskRequest.handed_at.is_(None)).order_by(TaskRequest.id).limit(limit)
    ).all()
    return [(row.id, f"task-{row.id}-{row.requested_at:%Y%m%dT%H%M%S%f}") for row in rows]


def mark_handed(session: Session, requests: Sequence[int], *, now: datetime) -> None:
    """Note that the queue has them."""
    session.execute(
        update(TaskRequest)
        .where(TaskRequest.id.in_(requests), TaskRequest.handed_at.is_(None))
        .values(handed_at=now)
    )


def begin(session: Session, request: int) -> Requested | None:
    """Count a beginning and return the task, None when it has ended. Raises TaskGivenUpError after too many."""
    row = session.scalar(select(TaskRequest).where(TaskRequest.id == request).with_for_update())
    if row is None or row.finished_at is not None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        raise TaskGivenUpError(f"began {row.attempts} times and never ended")
    row.attempts += 1
    session.flush()
    return Requested(row.name, row.body)


def finish(session: Session, request: int, *, failed: str | None, now: datetime) -> None:
    """Note the end; the first one counts."""
    session.execute(
        update(TaskRequest)
        .where(TaskRequest.id == request, TaskRequest.finished_at.is_(None))
        .values(finished_at=now, failed=failed and failed[:_LONGEST_FAILURE])
    )


def forget(session: Session, *, before: datetime, limit: int) -> int:
    """Delete the oldest tasks that ended before the moment, at most so many, and return how many there were."""
    old = select(TaskRequest.id).where(TaskRequest.finished_at < before).order_by(TaskRequest.id).limit(limit)
    gone = session.scalars(
        delete(TaskRequest)
        .where(TaskRequest.id.in_(old.scalar_subquery()))
        .returning(TaskRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone)
