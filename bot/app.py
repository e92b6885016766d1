"""The composition root: settings become an App; the only place where objects are wired."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from bot.agent.agent import Agent
from bot.agent.checkpoints import Checkpoints, open_checkpoints
from bot.agent.model import local_model, remote_model
from bot.agent.toolbox import Toolbox
from bot.assistant import Assistant
from bot.pictures.store import Pictures
from bot.settings import Settings
from bot.sight.watch import Watch
from knowledge.embed import Embedding, load_embedding
from knowledge.ingest import Ingested, ingest
from knowledge.search import Policies, open_policies
from knowledge.vectors import PolicyStore
from migrations.run import is_migrated, migrate
from tools.catalog import DEMOS, all_tools
from tools.creators import service as creators
from tools.kernel.db import Database, open_database
from tools.kernel.errors import OperatorError
from tools.kernel.models import DemoDay
from tools.kernel.period import PLATFORM_ZONE

if TYPE_CHECKING:
    from bot.sight.traces import Tracing

# The demo lives in the weeks after the conference of the source articles, when their programmes are in force.
DEMO_DAY = date(2022, 8, 15)


def real_clock() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def clock_on(day: date) -> Callable[[], datetime]:
    """Return a clock that shows the real time of day, on the given business day."""

    def clock() -> datetime:
        now = real_clock().astimezone(PLATFORM_ZONE)
        return now.replace(year=day.year, month=day.month, day=day.day)

    return clock


@dataclass(frozen=True)
class App:
    """Everything a command or a channel needs, over one home; each part is opened when first asked for."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    is_demo: bool = False

    def today(self) -> date:
        """Return the business day."""
        return self.clock().astimezone(PLATFORM_ZONE).date()

    @cached_property
    def embedding(self) -> Embedding:
        """The embedding model."""
        return load_embedding(self.settings.embedding or None)

    @cached_property
    def policies(self) -> Policies:
        """The ingested policies."""
        return open_policies(chroma=self._chroma, embedding=self.embedding)

    @cached_property
    def watch(self) -> Watch:
        """What sees every turn, tool and job; it draws traces where a collector is named."""
        return Watch(tracer=self._tracing)

    @cached_property
    def toolbox(self) -> Toolbox:
        """The registered tools."""
        return Toolbox(all_tools(), database=self.database, policies=self.policies, watch=self.watch)

    @cached_property
    def assistant(self) -> Assistant:
        """The assistant that every channel calls."""
        return Assistant(
            database=self.database,
            toolbox=self.toolbox,
            agent=lambda: self._agent,
            today=self.today,
            watch=self.watch,
        )

    @cached_property
    def pictures(self) -> Pictures:
        """The pictures of charts."""
        return Pictures(self.settings.home.absolute() / "pictures")

    def warm_up(self) -> None:
        """Build what the first answer needs, so that nobody waits for it."""
        self.policies.clauses(on=self.today())
        _ = (self.assistant, self._agent)

    def ingest_policies(self) -> Ingested:
        """Bring the policy store to what the policies' folder holds."""
        store = PolicyStore(chroma=self._chroma, embedding=self.embedding)
        try:
            return ingest(self.settings.policies, store=store)
        finally:
            store.close()

    def close(self) -> None:
        """Release what was opened."""
        if "_checkpoints" in self.__dict__:
            self._checkpoints.close()
        if "policies" in self.__dict__:
            self.policies.close()
        if tracing := self.__dict__.get("_tracing"):
            tracing.close()
        self.database.close()

    @property
    def _chroma(self) -> Path | str:
        return self.settings.chroma_url or self.settings.home.absolute() / "chroma"

    @cached_property
    def _tracing(self) -> "Tracing | None":
        if not self.settings.otlp:
            return None
        # gRPC and OpenTelemetry take half a second to import: only where somebody collects traces.
        from bot.sight.traces import Tracing  # noqa: PLC0415

        tracing = Tracing(self.settings.otlp)
        tracing.watch(self.database.engine)
        return tracing

    @cached_property
    def _checkpoints(self) -> Checkpoints:
        return open_checkpoints(
            home=self.settings.home.absolute(), database_url=self.settings.resolved_database_url
        )

    @cached_property
    def _agent(self) -> Agent:
        return Agent(
            toolbox=self.toolbox,
            checkpoints=self._checkpoints,
            local=local_model(all_tools(), today=self.today),
            remote=remote_model(self.settings, database=self.database),
        )


def open_app(settings: Settings) -> App:
    """Return the App over a home that `guanghe init` has prepared; raises OperatorError when none did."""
    not_ready = OperatorError(
        f"{_place(settings)} is not ready: run `guanghe init` (or `guanghe init --demo`)"
    )
    if not settings.database_url and not settings.home.is_dir():
        raise not_ready
    with _named(settings):
        database = open_database(settings.resolved_database_url, files=settings.home.absolute())
        if not is_migrated(database):
            raise not_ready
        return _app(settings, database)


def prepare_app(settings: Settings, *, demo: bool) -> tuple[App, Ingested]:
    """Return the App with the newest schema, the policies ingested and, if asked for, the demo platform.

    What is there is kept; preparing again changes nothing.
    """
    with _named(settings):
        settings.home.mkdir(parents=True, exist_ok=True)
        database = open_database(settings.resolved_database_url, files=settings.home.absolute())
        migrate(database)
        if demo:
            _load_demo(database, on=settings.today or DEMO_DAY)
        app = _app(settings, database)
        return app, app.ingest_policies()


def _load_demo(database: Database, *, on: date) -> None:
    with database.writing() as session:
        if session.get(DemoDay, 1) is not None:
            return
        if (strangers := creators.count(session)) > 0:
            raise OperatorError(
                f"the database holds {strangers} creators already: the demo needs an empty one"
            )
        for load in DEMOS:
            load(session, on=on)
        session.add(DemoDay(id=1, day=on))


def _app(settings: Settings, database: Database) -> App:
    with database.reading() as session:
        demo = session.get(DemoDay, 1)
    day = settings.today or (demo.day if demo else None)
    return App(settings, database, clock_on(day) if day else real_clock, is_demo=demo is not None)


@contextmanager
def _named(settings: Settings) -> Generator[None]:
    """Say which store could not be used, instead of the driver's many lines."""
    try:
        yield
    except (OSError, OperationalError) as error:
        reason = str(error.orig if isinstance(error, OperationalError) else error).strip().splitlines()[0]
        raise OperatorError(f"cannot use {_place(settings)}: {reason}") from error


def _place(settings: Settings) -> str:
    """Return the store's name without its password."""
    return settings.database_url.rsplit("@", 1)[-1] or str(settings.home.absolute())
