"""The job: chunk after chunk, each with its progress in one transaction, so that it may be killed at any moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from tools.detection.migration import chunks, queries
from tools.detection.migration.following import locked_totals
from tools.detection.migration.models import FollowerMigration, FollowerTotal, MigrationStep
from tools.detection.migration.outcomes import Counts, MigrationState, Outcome, Step, state_after_report
from tools.kernel.db import Database

# A chunk holds its accounts for a few tenths of a second: a viewer who follows meanwhile waits that long.
CHUNK: Final = 50_000
_JOB = "job"


@dataclass(frozen=True, slots=True)
class Advance:
    """What one transaction did: how many followers it looked at, and whether there is more to do."""

    state: MigrationState
    examined: int
    more: bool


def advance(session: Session, *, migration_id: int, now: datetime, size: int = CHUNK) -> Advance:
    """Move or bring back the next chunk of a case, or bring the case where its report says that it belongs.

    Two workers on one case wait for one another here and then go on where the other stopped.
    """
    found = queries.migration(session, migration_id, lock=True)
    assert found is not None
    state = MigrationState(found.state)
    due = state_after_report(state, report_state=queries.report_state(session, report_id=found.report_id))
    if due is MigrationState.RETURNING and _others_hand_out(session, found):
        # The worker comes again; two cases at once could not both be undone exactly.
        return Advance(state, 0, more=False)
    if due is not state:
        set_state(session, found, due, actor=_JOB, now=now, note="because of the report")
    match due:
        case MigrationState.APPROVED | MigrationState.RUNNING:
            return _chunk(session, found, Step.MOVE, now=now, size=size)
        case MigrationState.RETURNING:
            return _chunk(session, found, Step.RETURN, now=now, size=size)
        case _:
            return Advance(due, 0, more=False)


def run(
    database: Database,
    *,
    migration_id: int,
    clock: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _count: None,
    size: int = CHUNK,
) -> MigrationState:
    """Go on with a case until there is nothing more to do, and return where it stands."""
    while True:
        with database.writing() as session:
            done = advance(session, migration_id=migration_id, now=clock(), size=size)
        progress(done.examined)
        if not done.more:
            return done.state


def set_state(
    session: Session,
    found: FollowerMigration,
    state: MigrationState,
    *,
    actor: str,
    now: datetime,
    note: str = "",
) -> None:
    """Put the case into a state and write down who did it."""
    if state is MigrationState.RETURNING:
        found.cursor = -1
    found.state = state.value
    over = state in {MigrationState.MOVED, MigrationState.RETURNED}
    found.finished_at = now if over else None
    session.add(MigrationStep(migration_id=found.id, state=state.value, actor=actor, at=now, note=note))
    session.flush()


def _chunk(session: Session, found: FollowerMigration, step: Step, *, now: datetime, size: int) -> Advance:
    if found.state == MigrationState.APPROVED:
        set_state(session, found, MigrationState.RUNNING, actor=_JOB, now=now)
    totals = locked_totals(session, creator_ids=[found.original_id, found.impostor_id])
    upper = chunks.upper_bound(session, found, step=step, size=size)
    if upper is None:
        over = MigrationState.MOVED if step is Step.MOVE else MigrationState.RETURNED
        set_state(session, found, over, actor=_JOB, now=now)
        return Advance(over, 0, more=False)
    run_chunk = chunks.move if step is Step.MOVE else chunks.give_back
    counts = run_chunk(session, found, upper=upper)
    _add(found, counts)
    _settle(totals, found, counts)
    found.cursor = upper
    session.flush()
    return Advance(MigrationState(found.state), sum(counts.values()), more=True)


def _others_hand_out(session: Session, found: FollowerMigration) -> bool:
    other = queries.active_migration(session, impostor_id=found.impostor_id)
    return other is not None and other.id != found.id


def counts_of(found: FollowerMigration) -> Counts:
    """Return how many followers met which outcome so far."""
    return replace(
        Counts(), **{outcome.name.lower(): getattr(found, outcome.name.lower()) for outcome in Outcome}
    )


def _add(found: FollowerMigration, counts: Mapping[Outcome, int]) -> None:
    for outcome, count in counts.items():
        name = outcome.name.lower()
        setattr(found, name, getattr(found, name) + count)


def _settle(
    totals: Mapping[int, FollowerTotal], found: FollowerMigration, counts: Mapping[Outcome, int]
) -> None:
    moved, returned = counts.get(Outcome.MOVED, 0), counts.get(Outcome.RETURNED, 0)
    totals[found.original_id].followers += moved - returned - counts.get(Outcome.MERGED, 0)
    totals[found.impostor_id].followers += returned - moved
