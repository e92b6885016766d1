"""Figures of turns and of what waits: written with the answer, read by the operators' page and the metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.support.turns import queries
from tools.support.turns.kinds import Turned, TurnKind
from tools.support.turns.models import TurnFigure

_MOST_REASONS = 50
_LAST_MESSAGES = 10_000
_OPEN = "open"


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """The turns to one tool (or to none) with one ending."""

    route: str
    kind: TurnKind
    turns: int
    mean_seconds: float


@dataclass(frozen=True, slots=True)
class TurnFigures:
    """The turns of a period; `reasons` are tool, refusal and how often."""

    turns: int
    routes: tuple[RouteFigures, ...]
    channels: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, str, int], ...]
    median_seconds: float
    p95_seconds: float

    def of_kind(self, kind: TurnKind) -> int:
        """Return how many turns ended so."""
        return sum(one.turns for one in self.routes if one.kind is kind)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, by channel; `oldest_seconds` is how long the message that waits longest does.

    `deliveries` are channel and outcome of those of the log's last ten thousand messages that a messenger was to show.
    """

    messages: dict[str, int]
    oldest_seconds: dict[str, float]
    updates: dict[str, int]
    deliveries: dict[tuple[str, str], int]


def record(session: Session, turned: Turned, *, now: datetime) -> None:
    """Store what became of a turn, in the transaction that stores its answer."""
    session.add(
        TurnFigure(
            at=now,
            channel=turned.channel,
            route=turned.route,
            kind=turned.kind.value,
            reason=turned.reason,
            milliseconds=round(turned.seconds * 1000),
        )
    )
    session.flush()


def figures(session: Session, *, since: datetime, until: datetime) -> TurnFigures:
    """Return the figures of the turns from `since` on, before `until`."""
    routes = tuple(
        RouteFigures(route, TurnKind(kind), turns, milliseconds / turns / 1000)
        for route, kind, turns, milliseconds in queries.by_route(session, since=since, until=until)
    )
    turns = sum(one.turns for one in routes)

    def seconds_at(share: float) -> float:
        place = min(turns - 1, int(turns * share))
        found = queries.milliseconds_at(session, since=since, until=until, place=place) if turns else None
        return (found or 0) / 1000

    return TurnFigures(
        turns=turns,
        routes=routes,
        channels=tuple(
            (channel, count) for channel, count in queries.channels(session, since=since, until=until)
        ),
        reasons=tuple(
            (route, reason, count)
            for route, reason, count in queries.reasons(
                session, since=since, until=until, limit=_MOST_REASONS
            )
        ),
        median_seconds=seconds_at(0.5),
        p95_seconds=seconds_at(0.95),
    )


def backlog(session: Session, *, now: datetime) -> Backlog:
    """Return what waits to be answered or delivered, and how the last deliveries ended."""
    waiting = queries.waiting_messages(session)
    deliveries = queries.last_deliveries(session, messages=_LAST_MESSAGES)
    return Backlog(
        messages={channel: count for channel, count, _ in waiting},
        oldest_seconds={channel: max(0.0, (now - oldest).total_seconds()) for channel, _, oldest in waiting},
        updates={channel: count for channel, count in queries.waiting_updates(session)},  # noqa: C416 - rows are no pairs
        deliveries={(channel, outcome or _OPEN): count for channel, outcome, count in deliveries},
    )
