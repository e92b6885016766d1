"""The demo platform's boards: built from its own figures, as the nightly job would."""

from contextlib import nullcontext
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from tools.creators.leaderboards import service
from tools.kernel.period import PLATFORM_ZONE

# Enough for a change against the period before and a line over time, and quick.
_PERIODS = 3


def load(session: Session, *, on: date) -> None:
    """Build the boards of the last days, weeks and months; building again changes nothing."""
    now = datetime.combine(on, time(), PLATFORM_ZONE)
    service.build(lambda: nullcontext(session), on=on, now=now, most=_PERIODS)
