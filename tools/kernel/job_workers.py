"""Which workers live: each gives signs of life in the database, so that the others take over what a dead one left."""

import os
import socket
from pathlib import Path
from uuid import uuid4

from sqlalchemy import BigInteger, ColumnElement, cast, delete, extract, func, select, update
from sqlalchemy.orm import Session

from tools.kernel.task_request_models import JobWorker


def join(session: Session) -> str:
    """Note this process as a new worker and return its id."""
    worker = str(uuid4())
    _enter(session, worker)
    return worker


def give_sign(session: Session, worker: str) -> None:
    """Note that the worker lives; one that was taken for dead meanwhile is noted anew."""
    row = update(JobWorker).where(JobWorker.id == worker)
    found = session.scalars(row.values(seen_second=_clock(session)).returning(JobWorker.id)).all()
    if not found:
        _enter(session, worker)


def leave(session: Session, worker: str) -> None:
    """Note that the worker ended; what it left unfinished is anybody's."""
    session.execute(update(JobWorker).where(JobWorker.id == worker).values(seen_second=0))


def lost(session: Session, *, after_seconds: int) -> list[str]:
    """Return the workers that gave no sign for so long, or whose process on this very machine is gone."""
    oldest = _second(session) - after_seconds
    return [
        row.id
        for row in session.scalars(select(JobWorker).order_by(JobWorker.id))
        if row.seen_second < oldest or (row.place and row.place == _place() and not _runs(row.process))
    ]


def bury(session: Session, worker: str) -> bool:
    """Forget a lost worker and return whether this transaction did: only one of several heirs gets True."""
    found = session.scalars(delete(JobWorker).where(JobWorker.id == worker).returning(JobWorker.id)).all()
    return bool(found)


def _enter(session: Session, worker: str) -> None:
    session.add(JobWorker(id=worker, place=_place(), process=os.getpid(), seen_second=_second(session)))
    session.flush()


def _second(session: Session) -> int:
    return session.scalars(select(_clock(session))).one()


def _clock(session: Session) -> ColumnElement[int]:
    """Return the database's clock: the workers' own may differ, and the demo's stands still."""
    if session.get_bind().dialect.name == "sqlite":
        return func.unixepoch()
    return cast(extract("epoch", func.clock_timestamp()), BigInteger)


def _place() -> str:
    """Return what two processes share only when they see each other's process numbers; empty where nothing says so."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        processes = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return f"{boot} {processes} {socket.gethostname()}"[:120]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
