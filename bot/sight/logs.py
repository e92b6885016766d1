"""Logs: a line for people in a terminal, or JSON objects that hold no personal data by the way they are made.

A JSON line takes in the constant sentence of the logging call, never what was filled into it; named fields of a closed
list; and of an error its type and the places it passed, never its words, which may quote what somebody wrote.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from typing_extensions import override

from bot.settings import LogForm
from bot.sight.watch import reference

# What a logging call may say in `extra`: names from our own code, numbers of rows, durations.
FIELDS = (
    "turn",
    "channel",
    "route",
    "tool",
    "job",
    "outcome",
    "reason",
    "seconds",
    "message_id",
    "update_id",
    "request_id",
)
# Ruff forbids sentences made on the spot in our own logging calls (G004): theirs are constants.
_OURS = ("bot", "tools", "knowledge", "migrations")
_ROOT = Path(__file__).parents[2]
_FRAMES = 30
_CAUSES = 5


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "where": f"{record.module}:{record.lineno}",
        }
        # Other people's sentences may be made on the spot: their place in the code says enough.
        if record.name.partition(".")[0] in _OURS and isinstance(record.msg, str):
            line["event"] = record.msg
        line |= {name: record.__dict__[name] for name in FIELDS if _plain(record.__dict__.get(name))}
        if "turn" not in line and (turn := reference()):
            line["turn"] = turn
        if record.exc_info and record.exc_info[1] is not None:
            line["errors"] = list(_errors(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


def configure(form: LogForm) -> None:
    """Write this process's log to stderr in this form."""
    root = logging.getLogger()
    handler = logging.StreamHandler(sys.stderr)
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    if form is LogForm.TEXT:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        return
    handler.setFormatter(JsonFormatter())
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    # What cannot be written would be shown with everything that fills it.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _errors(error: BaseException) -> Iterator[dict[str, object]]:
    """Yield the error and what caused it, the last one first."""
    current: BaseException | None = error
    for _ in range(_CAUSES):
        if current is None:
            return
        yield {"type": f"{type(current).__module__}.{type(current).__qualname__}", "at": _places(current)}
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _places(error: BaseException) -> list[str]:
    """Return the lines of code that the error passed, the last ones."""
    places: list[str] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{_shown(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-_FRAMES:]


def _shown(path: str) -> str:
    """Return the file's name without the machine's folders."""
    found = Path(path)
    if found.is_relative_to(_ROOT) and "site-packages" not in found.parts:
        return str(found.relative_to(_ROOT))
    return "/".join(found.parts[-2:])


def _uncaught(_kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical(
        "the process ended by an error", exc_info=error.with_traceback(trace)
    )


def _uncaught_in_thread(raised: threading.ExceptHookArgs) -> None:
    logging.getLogger(__name__).critical("a thread ended by an error", exc_info=raised.exc_value)
