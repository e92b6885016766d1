"""Programmes as values: what they give, to whom, from which day until which, by which clauses of which policies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.read import Policy
from tools.kernel.errors import Refusal
from tools.kernel.rules.rule import Rule
from tools.kernel.rules.ways import Reference, Way
from tools.payout.drama_rules import DramaRules, rules_on


class ProgramUnknown(Refusal):
    """No programme has this id or name."""

    template = "没有叫“{text}”的激励计划。现在能查的有：{known}。"


class Per(StrEnum):
    """How often a budget is there anew."""

    YEAR = "year"
    DAY = "day"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way into a programme: all of its clauses, each with the policy's clause that asks for it; none means everyone."""

    name: str
    clauses: Way


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may take part: one rule, and the same rule as the ways that people read."""

    rule: Rule
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Reward:
    """What the programme gives: the words say for what the numbers are (a year, a creator, 1,000 plays)."""

    words: str
    reference: Reference
    cash_fen: int | None = None
    impressions: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a creator does next, once the programme is open to them."""

    words: str
    reference: Reference


class Stage(StrEnum):
    """Where an account is in its life (policy lifecycle-tasks-rules 1.1 and 1.4); ANY is for tasks of every stage."""

    NEWCOMER = "newcomer"
    COLD_START = "cold_start"
    GROWTH = "growth"
    MATURE = "mature"
    ANY = "any"


class Metric(StrEnum):
    """What a task counts from the day it is claimed."""

    LIVE_SECONDS = "live_seconds"
    ORIGINAL_WORKS = "original_works"
    POSTING_DAYS = "posting_days"
    NEW_FOLLOWERS = "new_followers"
    PLAYS = "plays"
    INTERACTIONS = "interactions"


@dataclass(frozen=True, slots=True)
class Task:
    """What a creator may claim: `goal` of the metric within `days` pays cash and impressions together.

    `who` is the rule text that says who may take it (facts.py: FACTS, tools/kernel/rules).
    """

    id: str
    name: str
    stage: Stage
    metric: Metric
    goal: int
    days: int
    cash_fen: int
    impressions: int
    who: str
    policy: Reference


class CapPer(StrEnum):
    """How often what one creator may get is counted anew; a contract year is no calendar year (star.py)."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that one creator gets from the programme in a period; None: not limited."""

    per: CapPer
    cash_fen: int | None
    impressions: int | None
    reference: Reference


@dataclass(frozen=True, slots=True)
class ScreeningStep:
    """A step between an application and its contract, and the time it may take."""

    id: str
    words: str
    days: int
    working_days: bool
    reference: Reference


@dataclass(frozen=True, slots=True)
class Term:
    """The rules of a programme from `starts_on` until before `ends_on` (None: open)."""

    starts_on: date
    ends_on: date | None
    eligibility: Eligibility
    rewards: tuple[Reward, ...]
    step: Step
    tasks: tuple[Task, ...] = ()
    caps: tuple[Cap, ...] = ()
    screening: tuple[ScreeningStep, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether these rules are in force on that day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class Budget:
    """The money and the impressions that a pool has; programmes of one pool spend it together."""

    pool: str
    cash_fen: int
    impressions: int
    per: Per

    def account(self, day: date) -> str:
        """Return the owner name of the pool's account that pays on that day."""
        match self.per:
            case Per.YEAR:
                return f"{self.pool}:{day.year}"
            case Per.DAY:
                return f"{self.pool}:{day.isoformat()}"
            case Per.ONCE:
                return self.pool


@dataclass(frozen=True, slots=True)
class Program:
    """An incentive programme; `place` orders them for the creator, `domains` limit the category.

    `shares` are the prices of a programme that pays by plays; they begin before the first term where older rules still
    decide about older days.
    """

    id: str
    place: int
    name: str
    also_called: tuple[str, ...]
    about: str
    domains: tuple[str, ...]
    policies: tuple[str, ...]
    budget: Budget | None
    terms: tuple[Term, ...]
    shares: tuple[DramaRules, ...] = ()

    def term(self, day: date) -> Term | None:
        """Return the rules in force on that day, None before the programme began and after it ended."""
        return next((term for term in self.terms if term.holds_on(day)), None)

    def pays_on(self, day: date) -> bool:
        """Whether some rules of the programme are in force for what was earned on that day."""
        return self.term(day) is not None or rules_on(self.shares, day) is not None

    def starts_after(self, day: date) -> bool:
        """Whether the programme has not begun on that day."""
        return day < self.terms[0].starts_on


def tasks(program: Program, on: date) -> tuple[Task, ...]:
    """Return the tasks of the programme on that day, in the order of its file; none while it is not in force."""
    term = program.term(on)
    return () if term is None else term.tasks


def find_program(programs: Iterable[Program], text: str) -> Program:
    """Return the programme with this id or Chinese name, whatever the case and the spaces. Raises ProgramUnknown."""
    programs = tuple(programs)
    wanted = _plain(text)
    for program in programs:
        if wanted in {_plain(name) for name in (program.id, program.name, *program.also_called)}:
            return program
    raise ProgramUnknown(text=text.strip()[:20], known="、".join(program.name for program in programs))


def uncovered_day(term: Term | DramaRules, reference: Reference, policies: Iterable[Policy]) -> date | None:
    """Return the first day of the term on which no policy has this clause in force, None when all are covered."""
    spans = sorted(
        (clause.in_force_from, clause.in_force_until or date.max)
        for policy in policies
        if policy.id == reference.policy
        for clause in policy.clauses
        if clause.clause == reference.clause
    )
    reached, end = term.starts_on, term.ends_on or date.max
    for starts_on, ends_on in spans:
        if starts_on <= reached < ends_on:
            reached = ends_on
    return None if reached >= end else reached


def _plain(text: str) -> str:
    return "".join(text.split()).casefold().strip("《》“”\"'")
