"""Who should take a case: the creator's own specialist, else the fitting person on shift with the least to do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tools.support.skills import Skill
from tools.support.tiers import ServiceTier

# A person speaks in so many cases at once; more would be slow everywhere.
MOST_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the desk now: `load` counts the cases that they hold or were offered, `idle_rank` who waited longest."""

    agent: int
    team: str
    skills: frozenset[Skill]
    load: int
    on_shift: bool
    away: bool = False
    idle_rank: int = 0

    @property
    def is_here(self) -> bool:
        """Whether a case would be seen at once."""
        return self.on_shift and not self.away

    @property
    def has_room(self) -> bool:
        """Whether one more can be served well."""
        return self.load < MOST_AT_ONCE


@dataclass(frozen=True, slots=True)
class Need:
    """What a case needs: `barred` are people who must not have it, such as who handled it before it was reopened."""

    tier: ServiceTier
    skill: Skill
    specialist: int | None = None
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """Who is offered a case, None when nobody can take it now, and why, for the hand-off card."""

    agent: int | None
    why: str


def route(need: Need, candidates: Sequence[Candidate]) -> Route:
    """Return who should take the case.

    The creator's own specialist comes first; while they are away, people on duty serve first (human-service 1.3).
    """
    here = [one for one in candidates if one.is_here and one.agent not in need.barred]
    own = next((one for one in here if one.agent == need.specialist), None)
    if own is not None and own.has_room:
        return Route(own.agent, "创作者的专员")
    free = [one for one in here if one.has_room]
    if not free:
        return Route(None, "在班的客服都满了" if here else "现在没有客服在班")
    best = min(free, key=lambda one: (_distance(one, need, candidates), one.load, one.idle_rank, one.agent))
    return Route(best.agent, _why(best, need))


def team_for(need: Need, candidates: Collection[Candidate], *, common: str) -> str:
    """Return the team whose queue a case waits in: the specialist's, else the common desk's."""
    own = next((one for one in candidates if one.agent == need.specialist), None)
    return own.team if own is not None else common


def _distance(one: Candidate, need: Need, candidates: Sequence[Candidate]) -> int:
    """Return how far a person is from the case: the specialist's own team, then the skill, then anybody."""
    team = team_for(need, candidates, common="") if need.specialist is not None else ""
    return 2 * (bool(team) and one.team != team) + (need.skill not in one.skills)


def _why(one: Candidate, need: Need) -> str:
    stands_in = "专员不在岗，值班人员先处理；" if need.specialist not in {None, one.agent} else ""
    fits = f"擅长{need.skill.words}" if need.skill in one.skills else "在班，手上的工单最少"
    return stands_in + fits
