"""What must hold for infringement reports at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.detection import queries
from tools.kernel.invariant import Invariant


def reporters_own_the_work(session: Session) -> Iterator[str]:
    """Yield reports about works that are not the reporter's."""
    for report_id, reporter, owner in queries.reports_of_foreign_works(session):
        yield f"infringement_report {report_id}: reporter {reporter} does not own the work, creator {owner} does"


def nobody_reports_themselves(session: Session) -> Iterator[str]:
    """Yield reports whose suspect is the reporter."""
    for report_id in queries.reports_of_oneself(session):
        yield f"infringement_report {report_id}: the suspect is the reporter"


def one_open_report(session: Session) -> Iterator[str]:
    """Yield works with several open reports against one suspect."""
    for work_id, suspect, count in queries.doubly_open(session):
        yield f"infringement_report: work {work_id} has {count} open reports against {suspect}"


def times_fit_the_state(session: Session) -> Iterator[str]:
    """Yield reports whose times contradict their state."""
    for row in queries.times_out_of_order(session):
        yield (
            f"infringement_report {row.id}: state is {row.state}, submitted {row.submitted_at}, "
            f"accepted {row.accepted_at}, decided {row.decided_at}"
        )


INVARIANTS = (
    Invariant("detection.reporters_own_the_work", reporters_own_the_work),
    Invariant("detection.nobody_reports_themselves", nobody_reports_themselves),
    Invariant("detection.one_open_report", one_open_report),
    Invariant("detection.times_fit_the_state", times_fit_the_state),
)
