"""A finding: what is wrong, how bad, on what evidence, the likely cause, one next step.

Severities mean the same in every detector: each says how far the account is below what it could expect (its own time
before, or accounts like it), and how directly that costs plays, followers or income; one table makes the severity of
the two. A finding's sentences are templates without digits: every number in them comes from its facts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import assert_never

from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.peers import PeerPlace
from tools.kernel.db import Json
from tools.kernel.money import count_text, rate_text

WHOLE_BP = 10_000
# Below these a rate jumps by chance from day to day.
FEWEST_PLAYS = 500
FEWEST_DAYS = 3


class Weight(StrEnum):
    """How directly a finding costs the account."""

    DIRECT = "direct"  # plays, followers or income themselves
    DRIVER = "driver"  # what the recommendation looks at, or what it can recommend
    SIDE = "side"  # what would help


class Severity(StrEnum):
    """How much a finding costs the account, worst first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        match self:
            case Severity.HIGH:
                return 0
            case Severity.MEDIUM:
                return 1
            case Severity.LOW:
                return 2
            case _:
                assert_never(self)


def severity_of(weight: Weight, shortfall_bp: int) -> Severity:
    """Return the severity of falling short by so many basis points of what could be expected."""
    match weight:
        case Weight.DIRECT:
            high, medium = 5_000, 2_500
        case Weight.DRIVER:
            high, medium = 5_000, 2_500
        case Weight.SIDE:
            # What would only help is never an emergency.
            high, medium = WHOLE_BP + 1, 5_000
        case _:
            assert_never(weight)
    if shortfall_bp >= high:
        return Severity.HIGH
    return Severity.MEDIUM if shortfall_bp >= medium else Severity.LOW


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on: the metric in which window, from how large a sample, beside whom."""

    metric: str
    window: str
    sample: str
    value: str
    before: str | None = None
    peers: PeerPlace | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """The clause that a finding rests on, as it was in force on a day."""

    policy: str
    clause: str
    on: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; `shortfall_bp` is how far below the expected, in basis points, at most 10,000."""

    kind: str
    title: str
    weight: Weight
    shortfall_bp: int
    evidence: Evidence
    statement: str
    cause: str
    next_step: str
    facts: Json = field(default_factory=dict)
    rule: Rule | None = None

    @property
    def severity(self) -> Severity:
        """How much it costs the account."""
        return severity_of(self.weight, self.shortfall_bp)

    @property
    def rank(self) -> tuple[int, int, int]:
        """The order of findings: severity, then how directly it costs, then by how much."""
        return (self.severity.rank, list(Weight).index(self.weight), -self.shortfall_bp)

    def words(self, template: str) -> str:
        """Return one of the sentences with its numbers."""
        return template.format_map(self.facts)


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector by the name of what it judges; it is asked only when `enough` says that there is data."""

    kind: str
    subject: str
    enough: Callable[[AccountFacts], bool]
    evaluate: Callable[[AccountFacts], Finding | None]


def shortfall_bp(value: int, expected: int) -> int:
    """Return how far a value is below the expected one, in basis points of that; 0 where it is not."""
    if expected <= 0:
        return 0
    return min(max((expected - value) * WHOLE_BP // expected, 0), WHOLE_BP)


def enough_plays(facts: AccountFacts) -> bool:
    """Whether a rate of the period's plays says something."""
    return facts.current.plays >= FEWEST_PLAYS


def change_text(now: int, before: int) -> str:
    """Return the change as a percentage with its sign, or "—" when there was nothing before."""
    if before <= 0:
        return "—"
    return f"+{rate_text(now - before, before)}" if now > before else rate_text(now - before, before)


def times_text(count: int) -> str:
    """Return a count of plays with its unit: 9037 次, 1.8 万次."""
    text = count_text(count)
    return f"{text} 次" if text[-1].isdigit() else f"{text}次"


def day_text(day: date) -> str:
    """Return a day as creators write it: 8月14日."""
    return f"{day.month}月{day.day}日"


def beside(peers: PeerPlace | None) -> str:
    """Return the end of a statement that sets the value beside the peers' median."""
    return "，同类中位数 {peer_median}，{peer_place}" if peers else ""


def peer_facts(peers: PeerPlace | None) -> Json:
    """Return the numbers of the peers' place."""
    if peers is None:
        return {}
    return {"peers": peers.peers, "peer_median": peers.median, "peer_place": peers.words}
