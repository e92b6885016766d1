"""Who is offered a case: the store's people and creators, read for the routing's decision."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.payout import service as payout
from tools.payout import star_service
from tools.payout.star import StarState
from tools.support import agent_queries, agents
from tools.support.agents import COMMON_TEAM, Right
from tools.support.case_models import Case
from tools.support.routing import Candidate, Need, Route, route, team_for
from tools.support.service_rules import platform_day, service_rules
from tools.support.skills import Skill
from tools.support.tiers import ServiceTier, tier_of

_YOUCHUANG: Final = "youchuang"
_SERVED: Final = frozenset({StarState.SIGNED, StarState.RUNNING})


def tier(session: Session, *, creator_id: int, on: date) -> ServiceTier:
    """Return which service a creator gets on a day."""
    signed = any(
        contract.state in _SERVED for contract in star_service.contracts(session, creator_id=creator_id)
    )
    facts = creators.facts(session, creator_id=creator_id, on=on)
    return tier_of(in_star_contract=signed, in_youchuang=payout.qualifies_for(_YOUCHUANG, facts, on=on))


def candidates(session: Session, *, now: datetime) -> list[Candidate]:
    """Return everybody of the desk who may have cases, as the routing sees them."""
    working, loads = agents.on_shift(session, now=now), agent_queries.loads(session)
    rows = [
        row
        for row in agent_queries.agents(session)
        if row.disabled_at is None and agents.may(agents.agent_from(row), Right.CASES)
    ]
    # Who was given nothing yet waited longest.
    rows.sort(key=lambda row: (row.last_given_at is not None, row.last_given_at or now, row.id))
    return [
        Candidate(
            agent=row.id,
            team=row.team,
            skills=frozenset(Skill(skill) for skill in row.skills),
            load=loads.get(row.id, 0),
            on_shift=row.id in working,
            away=row.away_since is not None,
            idle_rank=rank,
        )
        for rank, row in enumerate(rows)
    ]


def team_of(session: Session, *, need: Need, now: datetime) -> str:
    """Return the team in whose queue a case waits."""
    return team_for(need, candidates(session, now=now), common=COMMON_TEAM)


def need_of(
    session: Session,
    *,
    creator_id: int,
    tier: ServiceTier,
    skill: Skill,
    on: date,
    barred: Collection[int] = (),
) -> Need:
    """Return what a creator's case needs; specialists serve only while the rules have some."""
    found = agent_queries.specialist_of(session, creator_id=creator_id)
    served = tier.has_specialist and service_rules(on).has_specialists and found is not None
    return Need(tier, skill, found.agent_id if found and served else None, frozenset(barred))


def offer(session: Session, row: Case, *, now: datetime, barred: Collection[int] = ()) -> Route:
    """Offer a queued case to whom the routing chooses, or to nobody; who had it before a reopening does not get it."""
    before = {row.last_holder_id} if row.reopened and row.last_holder_id else set[int]()
    need = need_of(
        session,
        creator_id=row.creator_id,
        tier=ServiceTier(row.tier),
        skill=Skill(row.skill),
        on=platform_day(row.opened_at),
        barred={*barred, *before},
    )
    # What the case itself counts for is not a load that speaks against its own specialist.
    row.routed_to_id = None
    session.flush()
    people = candidates(session, now=now)
    own_team = [one for one in people if one.team == row.team]
    chosen = route(need, own_team)
    if chosen.agent is None:
        chosen = route(need, people)
    row.routed_to_id, row.routed_why = chosen.agent, chosen.why
    row.routed_at = now if chosen.agent is not None else None
    if chosen.agent is not None:
        given = agent_queries.agent(session, agent_id=chosen.agent)
        assert given is not None, "the routing chooses among accounts"
        given.last_given_at = now
    session.flush()
    return chosen
