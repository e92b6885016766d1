"""Figures of the desk: how many cases, how content creators are, which share of the promises was kept."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.support import agents, desk_queries, trail, views
from tools.support.agents import Agent, Right
from tools.support.case_models import Case
from tools.support.clocks import Promise
from tools.support.escalation import Reason
from tools.support.states import CaseState, CaseStep
from tools.support.tiers import ServiceTier
from tools.support.trail import DeskAction

_ENDS = (CaseStep.RESOLVE, CaseStep.CANCEL, CaseStep.REOPEN)


@dataclass(frozen=True, slots=True)
class PromiseShare:
    """How many promises of a kind a person's cases had in a time, and how many were kept; `login` "" is nobody's."""

    team: str
    login: str
    name: str
    promise: Promise
    count: int
    met: int

    @property
    def share(self) -> float:
        """The part that was kept."""
        return self.met / self.count


@dataclass(frozen=True, slots=True)
class Statistics:
    """The desk's figures of a time; `open` is how it stands now."""

    open: dict[CaseState, int]
    opened: int
    resolved: int
    cancelled: int
    reopened: int
    by_reason: dict[Reason, int]
    by_tier: dict[ServiceTier, int]
    csat_count: int
    csat_average: float | None
    promises: list[PromiseShare]


def statistics(session: Session, *, since: datetime, until: datetime) -> Statistics:
    """Return the figures of a half-open time. Nothing is checked here: for the house itself."""
    ends = desk_queries.count_steps(session, steps=_ENDS, since=since, until=until)
    reasons = desk_queries.count_opened(session, column=Case.kind.expression, since=since, until=until)
    tiers = desk_queries.count_opened(session, column=Case.tier.expression, since=since, until=until)
    rated, stars = desk_queries.ratings(session, since=since, until=until)
    return Statistics(
        open={CaseState(name): count for name, count in desk_queries.count_by_state(session).items()},
        opened=sum(reasons.values()),
        resolved=ends.get(CaseStep.RESOLVE, 0),
        cancelled=ends.get(CaseStep.CANCEL, 0),
        reopened=ends.get(CaseStep.REOPEN, 0),
        by_reason={Reason(name): count for name, count in reasons.items()},
        by_tier={ServiceTier(name): count for name, count in tiers.items()},
        csat_count=rated,
        csat_average=(stars or 0) / rated if rated else None,
        promises=promise_shares(session, since=since, until=until),
    )


def statistics_for(
    session: Session, *, agent: Agent, since: datetime, until: datetime, now: datetime
) -> Statistics:
    """Return the figures to a person who may read them. Raises RoleMissing."""
    reader = agents.require(session, agent=agent, right=Right.FIGURES)
    trail.record(session, agent=reader.id, action=DeskAction.VIEW_FIGURES, now=now)
    return statistics(session, since=since, until=until)


def promise_shares(session: Session, *, since: datetime, until: datetime) -> list[PromiseShare]:
    """Return which promises that ended in a time were kept, by team and person."""
    found = desk_queries.promises(session, since=since, until=until)
    people = views.people_of(session, {agent_id for _, agent_id, *_ in found if agent_id})
    shares = [
        PromiseShare(
            team=team,
            login=people[agent_id].login if agent_id else "",
            name=people[agent_id].name if agent_id else "",
            promise=Promise(promise),
            count=count,
            met=int(met),
        )
        for team, agent_id, promise, count, met in found
    ]
    return sorted(shares, key=lambda one: (one.team, one.login, list(Promise).index(one.promise)))


def by_team(shares: Iterable[PromiseShare]) -> list[PromiseShare]:
    """Return the shares of whole teams, persons put together."""
    sums: dict[tuple[str, Promise], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in shares:
        count, met = sums[one.team, one.promise]
        sums[one.team, one.promise] = (count + one.count, met + one.met)
    return [
        PromiseShare(team, "", "", promise, count, met)
        for (team, promise), (count, met) in sorted(sums.items())
    ]


def shares_csv(shares: Sequence[PromiseShare]) -> str:
    """Return the shares as CSV: a row a team, agent and promise, then a row a team and promise with the agent `*`."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("team", "agent", "promise", "count", "met", "share"))
    for one in shares:
        rows.writerow(
            (_plain(one.team), one.login or "-", one.promise.value, one.count, one.met, f"{one.share:.4f}")
        )
    for one in by_team(shares):
        rows.writerow((_plain(one.team), "*", one.promise.value, one.count, one.met, f"{one.share:.4f}"))
    return text.getvalue()


def _plain(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" else text
