"""What must hold for infringement reports at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.detection import queries
from tools.detection.reports import audit
from tools.detection.videos import queries as video_queries
from tools.kernel.invariant import Invariant


def reporters_own_the_work(session: Session) -> Iterator[str]:
    """Yield reports about works that are not those of whoever they were made for, or made without his word."""
    for report_id, supposed, owner in queries.reports_of_foreign_works(session):
        yield f"infringement_report {report_id}: creator {supposed} does not own the work, creator {owner} does"
    for report_id, reporter, owner in audit.unauthorised_reports(session):
        yield f"infringement_report {report_id}: creator {reporter} had no authorisation of creator {owner}"


def nobody_reports_themselves(session: Session) -> Iterator[str]:
    """Yield reports whose suspect is the reporter."""
    for report_id in queries.reports_of_oneself(session):
        yield f"infringement_report {report_id}: the suspect is the reporter"


def one_open_report(session: Session) -> Iterator[str]:
    """Yield works with several open reports against one suspect."""
    for owner, work_id, suspect, count in queries.doubly_open(session):
        about = f"work {work_id}" if work_id else f"creator {owner}"
        yield f"infringement_report: {about} has {count} open reports against {suspect}"


def times_fit_the_state(session: Session) -> Iterator[str]:
    """Yield reports whose times contradict their state."""
    for row in queries.times_out_of_order(session):
        yield (
            f"infringement_report {row.id}: state is {row.state}, submitted {row.submitted_at}, "
            f"accepted {row.accepted_at}, decided {row.decided_at}"
        )


def states_replay(session: Session) -> Iterator[str]:
    """Yield reports whose log is broken, or does not lead to their state."""
    for report_id, state, problem in audit.broken_logs(session):
        yield f"infringement_report {report_id}: state is {state}, but {problem}"


def measures_rest_on_reports(session: Session) -> Iterator[str]:
    """Yield measures in force without an upheld report, and upheld reports without one: restored works are free."""
    for measure_id, report_id, state in audit.measures_without_ground(session):
        yield f"infringement_measure {measure_id}: in force, but infringement_report {report_id} is {state}"
    for report_id, state in audit.upheld_without_measure(session):
        yield f"infringement_report {report_id}: state is {state}, but no measure is in force"
    for measure_id, creator, owner in audit.measures_of_wrong_accounts(session):
        yield f"infringement_measure {measure_id}: is on creator {creator}, the work is creator {owner}'s"


def appeals_fit_the_state(session: Session) -> Iterator[str]:
    """Yield cases whose appeals are not those that their state tells of."""
    for report_id, state, side in audit.appeals_against_the_state(session):
        yield f"infringement_report {report_id}: state is {state}, but the appeal of the {side} says otherwise"


def findings_rest_on_reports(session: Session) -> Iterator[str]:
    """Yield claimed or doubtful findings without a report, and findings whose report is about other works."""
    for finding_id, outcome in video_queries.findings_without_report(session):
        yield f"copy_finding {finding_id}: is {outcome}, but has no report"
    for finding_id, report_id in video_queries.findings_of_other_works(session):
        yield f"copy_finding {finding_id}: infringement_report {report_id} is about other works"


INVARIANTS = (
    Invariant("detection.reporters_own_the_work", reporters_own_the_work),
    Invariant("detection.nobody_reports_themselves", nobody_reports_themselves),
    Invariant("detection.one_open_report", one_open_report),
    Invariant("detection.times_fit_the_state", times_fit_the_state),
    Invariant("detection.states_replay", states_replay),
    Invariant("detection.measures_rest_on_reports", measures_rest_on_reports),
    Invariant("detection.appeals_fit_the_state", appeals_fit_the_state),
    Invariant("detection.findings_rest_on_reports", findings_rest_on_reports),
)
