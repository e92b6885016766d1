"""Programmes as values: what they give, to whom, from which day until which, by which clauses of which policies."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.read import Policy
from tools.kernel.errors import Refusal
from tools.payout.facts import Fact


class ProgramUnknown(Refusal):
    """No programme has this id or name."""

    template = "没有叫“{text}”的激励计划。现在能查的有：{known}。"


class Per(StrEnum):
    """How often a budget is there anew."""

    YEAR = "year"
    DAY = "day"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Reference:
    """A clause of a policy, by the number that stands in the document."""

    policy: str
    clause: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A bound on one fact; exactly one of `at_least` and `at_most` is given, both count as inside."""

    fact: Fact
    at_least: int | None
    at_most: int | None
    reference: Reference


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way into a programme: all of its clauses; none means everyone."""

    name: str
    clauses: tuple[Requirement, ...]


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


@dataclass(frozen=True, slots=True)
class Term:
    """The rules of a programme from `starts_on` until before `ends_on` (None: open)."""

    starts_on: date
    ends_on: date | None
    eligibility: tuple[Alternative, ...]
    rewards: tuple[Reward, ...]
    step: Step

    def holds_on(self, day: date) -> bool:
        """Whether these rules are in force on that day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def references(self) -> Iterator[Reference]:
        """Yield every clause that these rules rest on."""
        for alternative in self.eligibility:
            yield from (requirement.reference for requirement in alternative.clauses)
        yield from (reward.reference for reward in self.rewards)
        yield self.step.reference


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
    """An incentive programme; `place` orders them for the creator, `domains` limit the category."""

    id: str
    place: int
    name: str
    also_called: tuple[str, ...]
    about: str
    domains: tuple[str, ...]
    policies: tuple[str, ...]
    budget: Budget | None
    terms: tuple[Term, ...]

    def term(self, day: date) -> Term | None:
        """Return the rules in force on that day, None before the programme began and after it ended."""
        return next((term for term in self.terms if term.holds_on(day)), None)

    def starts_after(self, day: date) -> bool:
        """Whether the programme has not begun on that day."""
        return day < self.terms[0].starts_on


def find_program(programs: Iterable[Program], text: str) -> Program:
    """Return the programme with this id or Chinese name, whatever the case and the spaces. Raises ProgramUnknown."""
    programs = tuple(programs)
    wanted = _plain(text)
    for program in programs:
        if wanted in {_plain(name) for name in (program.id, program.name, *program.also_called)}:
            return program
    raise ProgramUnknown(text=text.strip()[:20], known="、".join(program.name for program in programs))


def broken_references(programs: Iterable[Program], policies: Iterable[Policy]) -> Iterator[str]:
    """Yield a line for each clause that a programme names and that was not in force on every day of its term."""
    known = [clause for policy in policies for clause in policy.clauses]
    for program in programs:
        for term in program.terms:
            for reference in dict.fromkeys(term.references()):
                spans = sorted(
                    (clause.in_force_from, clause.in_force_until or date.max)
                    for clause in known
                    if (clause.policy, clause.clause) == (reference.policy, reference.clause)
                )
                if (missing := _uncovered(term, spans)) is not None:
                    yield (
                        f"programs/{program.id}.yaml: {reference.policy} {reference.clause} "
                        f"is not in force on {missing}"
                    )


def _uncovered(term: Term, spans: list[tuple[date, date]]) -> date | None:
    """Return the first day of the term that no span covers, None when all are covered."""
    reached, end = term.starts_on, term.ends_on or date.max
    for starts_on, ends_on in spans:
        if starts_on <= reached < ends_on:
            reached = ends_on
    return None if reached >= end else reached


def _plain(text: str) -> str:
    return "".join(text.split()).casefold().strip("《》“”\"'")
