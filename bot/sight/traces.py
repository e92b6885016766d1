"""Traces by OpenTelemetry: a turn, its tools, their reads and writes; only where an operator names a collector.

A span of the database says which verb on which table, never the statement and never its values.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, Status, StatusCode
from sqlalchemy import Connection, Engine, ExecutionContext, event
from sqlalchemy.engine.interfaces import ExceptionContext

_SERVICE = "guanghe"
_SPAN = "guanghe_span"
_VERB = re.compile(r"\s*(\w+)")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?(\w+)", re.IGNORECASE)
_CLOSING_MILLISECONDS = 3_000


class Tracing:
    """Sends spans to a collector over gRPC; `http://` addresses go in the clear, others by TLS."""

    def __init__(self, endpoint: str) -> None:
        exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"))
        # A provider of our own: what libraries trace by themselves may hold prompts and parameters.
        self._provider = TracerProvider(resource=Resource({SERVICE_NAME: _SERVICE}), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(_SERVICE)

    @contextmanager
    def span(self, name: str, attributes: dict[str, str]) -> Generator[None]:
        """Draw a span while the block lasts; of an error it says the type and not the words."""
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def watch(self, engine: Engine) -> None:
        """Draw each statement of the database inside the turn, tool or job that sends it."""

        def before(
            _connection: Connection,
            _cursor: Any,  # noqa: ANN401 - the driver's own
            statement: str,
            _parameters: Any,  # noqa: ANN401 - as above
            context: ExecutionContext | None,
            _many: bool,  # noqa: FBT001 - SQLAlchemy's own order
        ) -> None:
            if context is not None and trace.get_current_span().is_recording():
                setattr(
                    context,
                    _SPAN,
                    self._tracer.start_span(
                        summary(statement), attributes={"db.system.name": engine.dialect.name}
                    ),
                )

        def after(*arguments: Any) -> None:  # noqa: ANN401 - connection, cursor, statement, parameters, context, many
            _end(arguments[4], None)

        def failed(context: ExceptionContext) -> None:
            _end(context.execution_context, context.original_exception)

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        event.listen(engine, "handle_error", failed)

    def close(self) -> None:
        """Send what waits, within a few seconds."""
        self._provider.force_flush(_CLOSING_MILLISECONDS)
        self._provider.shutdown()


def summary(statement: str) -> str:
    """Return the verb and the first table of a statement: `SELECT message`."""
    verb = _VERB.match(statement)
    table = _TABLE.search(statement)
    words = [verb[1].upper() if verb else "?", table[1].lower() if table else ""]
    return " ".join(word for word in words if word)


def _end(context: ExecutionContext | None, error: BaseException | None) -> None:
    span: Span | None = getattr(context, _SPAN, None)
    if span is None:
        return
    if error is not None:
        span.set_status(Status(StatusCode.ERROR, type(error).__name__))
    span.end()
    setattr(context, _SPAN, None)
