"""The dated rules of the 1V1 service (policy human-service): hours, promises, reopening."""

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final, assert_never

from pydantic import BaseModel, ConfigDict

from tools.kernel.dated import Term, read_terms, term_on
from tools.kernel.holidays import working_calendar
from tools.kernel.period import PLATFORM_ZONE
from tools.support.business_time import BusinessHours, Window
from tools.support.clocks import Promise
from tools.support.tiers import ServiceTier

POLICY: Final = "human-service"
HOURS_CLAUSE: Final = "1.1"
_FILE = Path(__file__).parent / "service_rules.yaml"


class Minutes(BaseModel):
    """Minutes of service by tier."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    star: int
    youchuang: int
    standard: int

    def of(self, tier: ServiceTier) -> timedelta:
        """Return the time that a tier is promised."""
        match tier:
            case ServiceTier.STAR:
                return timedelta(minutes=self.star)
            case ServiceTier.YOUCHUANG:
                return timedelta(minutes=self.youchuang)
            case ServiceTier.STANDARD:
                return timedelta(minutes=self.standard)
            case _:
                assert_never(tier)


class ServiceRules(Term):
    """What holds for cases that are opened in a term; the hours hold for the term's days."""

    opens: time
    closes: time
    working_days_only: bool
    has_specialists: bool
    first_reply: Minutes
    next_reply: Minutes
    resolution: Minutes
    reopen_days: int
    reopenings: int

    def target(self, promise: Promise, tier: ServiceTier) -> timedelta:
        """Return the time that a promise allows."""
        match promise:
            case Promise.FIRST_REPLY:
                return self.first_reply.of(tier)
            case Promise.NEXT_REPLY:
                return self.next_reply.of(tier)
            case Promise.RESOLUTION:
                return self.resolution.of(tier)
            case _:
                assert_never(promise)

    @property
    def hours_words(self) -> str:
        """The hours as creators read them."""
        days = "工作日" if self.working_days_only else "每天"
        return f"{days} {self.opens:%H:%M}–{self.closes:%H:%M}"


@cache
def _terms() -> tuple[ServiceRules, ...]:
    return read_terms(_FILE, ServiceRules)


def service_rules(on: date) -> ServiceRules:
    """Return the rules in force on a day. Raises NoRulesError."""
    return term_on(_terms(), on)


@cache
def business_hours() -> BusinessHours:
    """Return the service's hours on every day, holidays known."""
    return BusinessHours(_window, working_calendar().is_working_day, PLATFORM_ZONE)


def is_open(now: datetime) -> bool:
    """Whether the 1V1 service answers at this moment."""
    return business_hours().is_open(now)


def platform_day(at: datetime) -> date:
    """Return the business day of a moment."""
    return at.astimezone(PLATFORM_ZONE).date()


def _window(day: date) -> Window:
    rules = service_rules(day)
    return Window(rules.opens, rules.closes, rules.working_days_only)
