"""What must hold of creators at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.creators import contradictions
from tools.creators.curves import queries as curves
from tools.creators.formulas import service as formulas
from tools.creators.leaderboards import queries as leaderboards
from tools.kernel.invariant import Invariant


def unexplained_followers(session: Session) -> Iterator[str]:
    """Yield account days whose followers are not the day before's, plus new, minus lost."""
    for found in contradictions.broken_days(session):
        yield (
            f"account day {found.day} of {found.handle} ends at {found.followers} followers,"
            f" not at {found.expected}"
        )


def stale_followers(session: Session) -> Iterator[str]:
    """Yield creators whose follower count is not that of their last account day."""
    for handle, stored, counted in contradictions.stale_followers(session):
        yield f"creator {handle} has {stored} followers, but {counted} at the end of the last account day"


def figures_before_publication(session: Session) -> Iterator[str]:
    """Yield work days that lie before the work was published."""
    for found in contradictions.days_before_publication(session):
        yield f"work {found.public_id} has figures of {found.day}, but was published on {found.published_on}"


def foreign_violations(session: Session) -> Iterator[str]:
    """Yield penalties on one creator for another's work."""
    for violation_id, handle, public_id in contradictions.foreign_violations(session):
        yield f"violation {violation_id} of {handle} is about work {public_id} of another creator"


def unreadable_metrics(session: Session) -> Iterator[str]:
    """Yield custom metrics whose stored formula is no longer read as what it says."""
    for metric_id, name, fault in formulas.unreadable(session):
        yield f"custom metric {metric_id} ({name}) has a formula that is not read as written: {fault}"


def broken_boards(session: Session) -> Iterator[str]:
    """Yield published boards that miss places, and places that break the order or the rule of ties."""
    for board_id, size, places, last in leaderboards.miscounted(session):
        yield f"board {board_id} has {places or 0} places up to {last or 0}, not {size}"
    for board_id, place in leaderboards.misranked(session):
        yield f"board {board_id} breaks the order of values or the rule of ties at place {place}"


def unexplained_curve_totals(session: Session) -> Iterator[str]:
    """Yield works whose sums over all curves are not the sums of their curves."""
    for work_id, measure, stored, summed in curves.broken_totals(session):
        yield f"curve total of work {work_id} says {measure} {stored}, its curves add up to {summed}"


INVARIANTS = (
    Invariant("creators.followers_follow_from_the_day_before", unexplained_followers),
    Invariant("creators.followers_are_those_of_the_last_day", stale_followers),
    Invariant("creators.works_have_no_figures_before_publication", figures_before_publication),
    Invariant("creators.violations_are_about_own_works", foreign_violations),
    Invariant("creators.curve_totals_are_the_sums_of_curves", unexplained_curve_totals),
    Invariant("creators.boards_are_whole_and_in_order", broken_boards),
    Invariant("creators.metrics_have_readable_formulas", unreadable_metrics),
)
