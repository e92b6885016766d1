"""What must hold for followers and their migrations at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.detection.migration import queries
from tools.detection.migration.outcomes import OF_MOVING, OF_RETURNING, MigrationState, Outcome
from tools.kernel.invariant import Invariant


def totals_equal_the_edges(session: Session) -> Iterator[str]:
    """Yield accounts whose total is not the number of their followers."""
    for creator_id, total, edges in queries.wrong_totals(session):
        yield f"follower_total {creator_id}: {total}, but {edges} follow"
    for creator_id in queries.edges_without_total(session):
        yield f"follower_edge: creator {creator_id} has followers and no total"


def counts_equal_the_audit(session: Session) -> Iterator[str]:
    """Yield cases whose counts are not those of their followers' rows."""
    found = queries.outcome_counts(session)
    for row in queries.migrations(session):
        audited = found.pop(row.id, {})
        for outcome in Outcome:
            counted = getattr(row, outcome.name.lower())
            if counted != audited.get(outcome.value, 0):
                yield (
                    f"follower_migration {row.id}: {outcome.name.lower()} is {counted}, "
                    f"but {audited.get(outcome.value, 0)} rows say so"
                )
        steps = (sum(audited.get(item.value, 0) for item in step) for step in (OF_MOVING, OF_RETURNING))
        moved = audited.get(Outcome.MOVED.value, 0)
        if row.state == MigrationState.RETURNED and moved != [*steps][1]:
            yield f"follower_migration {row.id}: {moved} were moved, but not as many looked at again"
    for migration_id in sorted(found):
        yield f"follower_move: rows of migration {migration_id}, which is not there"


def moved_followers_are_audited(session: Session) -> Iterator[str]:
    """Yield followers marked as moved whose case does not say so."""
    for creator_id, follower_id, migration_id in queries.unaudited_edges(session):
        yield (
            f"follower_edge: follower {follower_id} of creator {creator_id} is marked with migration "
            f"{migration_id}, which did not leave them there"
        )


def cases_are_where_their_steps_are(session: Session) -> Iterator[str]:
    """Yield cases whose state is not that of their last step."""
    for migration_id, state, step in queries.last_steps(session):
        yield f"follower_migration {migration_id} is {state}, its last step {step or 'missing'}"


INVARIANTS = (
    Invariant("detection.totals_equal_the_edges", totals_equal_the_edges),
    Invariant("detection.counts_equal_the_audit", counts_equal_the_audit),
    Invariant("detection.moved_followers_are_audited", moved_followers_are_audited),
    Invariant("detection.cases_are_where_their_steps_are", cases_are_where_their_steps_are),
)
