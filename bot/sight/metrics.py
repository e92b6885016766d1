"""Metrics as Prometheus reads them: counted in this process, and what waits read from the store when somebody asks."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from bot.sight.watch import ToolOutcome
from tools.kernel import task_requests
from tools.kernel.db import Database
from tools.support.turns import service
from tools.support.turns.kinds import Turned

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# A turn of the local model takes tenths of a second, of a remote one seconds; a job minutes.
_TURN_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
_TOOL_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)
_JOB_SECONDS = (0.1, 1, 10, 60, 300, 1800)


class Metrics:
    """The metrics of one process; the third of the watch's listeners."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        register = self._registry
        ProcessCollector(registry=register)
        self._turns = Counter(
            "guanghe_turns",
            "Turns by channel, first tool and ending",
            ("channel", "route", "kind"),
            registry=register,
        )
        self._turn_seconds = Histogram(
            "guanghe_turn_seconds",
            "Seconds from a message to its answer",
            ("channel",),
            buckets=_TURN_SECONDS,
            registry=register,
        )
        self._refusals = Counter(
            "guanghe_refusals", "Expected noes by tool and reason", ("tool", "reason"), registry=register
        )
        self._escalations = Counter(
            "guanghe_escalations", "Turns that called a person", ("channel",), registry=register
        )
        self._tools = Counter("guanghe_tools", "Tool runs by ending", ("tool", "outcome"), registry=register)
        self._tool_seconds = Histogram(
            "guanghe_tool_seconds",
            "Seconds of a tool's run",
            ("tool",),
            buckets=_TOOL_SECONDS,
            registry=register,
        )
        self._jobs = Counter(
            "guanghe_jobs", "Job and task runs by ending", ("job", "outcome"), registry=register
        )
        self._job_seconds = Histogram(
            "guanghe_job_seconds", "Seconds of a job's run", ("job",), buckets=_JOB_SECONDS, registry=register
        )
        self._errors = Counter(
            "guanghe_errors", "Errors in the log by logger", ("logger",), registry=register
        )
        register.register(_Store(database, clock))
        self.handler: logging.Handler = _ErrorCounter(self._errors)

    def turn(self, turned: Turned) -> None:
        """Count a turn."""
        kind, route = turned.kind.value, turned.route or "none"
        self._turns.labels(turned.channel, route, kind).inc()
        self._turn_seconds.labels(turned.channel).observe(turned.seconds)
        if turned.reason:
            self._refusals.labels(route, turned.reason).inc()
        if kind == ToolOutcome.ESCALATED:
            self._escalations.labels(turned.channel).inc()

    def tool(self, name: str, outcome: ToolOutcome, seconds: float) -> None:
        """Count a tool's run."""
        self._tools.labels(name, outcome.value).inc()
        self._tool_seconds.labels(name).observe(seconds)

    def job(self, name: str, *, failed: bool, seconds: float) -> None:
        """Count a job's run."""
        self._jobs.labels(name, "failed" if failed else "done").inc()
        self._job_seconds.labels(name).observe(seconds)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._registry)


class _ErrorCounter(logging.Handler):
    """Counts what is logged as an error, by the part of the code that logged it."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(level=logging.ERROR)
        self._counter = counter

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._counter.labels(record.name).inc()


class _Store(Collector):
    """What waits, asked of the store at each scrape: the same whichever process is asked."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name nothing beforehand: without this the registry would read the store when it is made."""
        return ()

    @override
    def collect(self) -> Iterable[GaugeMetricFamily]:
        try:
            with self._database.reading() as session:
                found = service.backlog(session, now=self._clock())
                waiting_tasks = task_requests.waiting(session)
        except SQLAlchemyError:
            logger.exception("the store did not answer a scrape")
            yield _reachable(0)
            return
        yield _reachable(1)
        yield _gauge("guanghe_waiting_messages", "Messages that wait for delivery", found.messages)
        yield _gauge(
            "guanghe_oldest_message_seconds", "How long the oldest of them waits", found.oldest_seconds
        )
        yield _gauge("guanghe_waiting_updates", "Updates that wait for an answer", found.updates)
        deliveries = GaugeMetricFamily(
            "guanghe_last_deliveries",
            "How messengers took those of the last ten thousand messages that they were to show",
            labels=["channel", "outcome"],
        )
        for (channel, outcome), count in sorted(found.deliveries.items()):
            deliveries.add_metric([channel, outcome], count)
        yield deliveries
        yield GaugeMetricFamily(
            "guanghe_waiting_tasks", "Tasks that were asked for and wait", value=waiting_tasks
        )


def _reachable(value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily("guanghe_store_up", "1 when the store answered this scrape", value=value)


def _gauge(name: str, words: str, by_channel: dict[str, int] | dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=["channel"])
    for channel, value in sorted(by_channel.items()):
        family.add_metric([channel], value)
    return family
