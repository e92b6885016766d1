"""What every command does first and last: open the App, print."""

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.app import App


@contextmanager
def opened_app() -> "Generator[App]":
    """Yield the App of the settings' home, closed afterwards."""
    # The App brings LangChain and Chroma, which `--help` and a usage error must not wait for.
    from bot.app import open_app  # noqa: PLC0415
    from bot.sight.logs import configure  # noqa: PLC0415

    settings = load_settings()
    configure(settings.log)
    app = open_app(settings)
    try:
        yield app
    finally:
        app.close()


def print_json(value: object) -> None:
    """Print one JSON value on a line of its own."""
    typer.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def progress_bar(label: str, total: int | None = None) -> Generator[Callable[[int], None]]:
    """Yield a function that moves a progress bar forward; nothing is drawn where nobody watches."""
    from rich.progress import Progress  # noqa: PLC0415 - most commands draw no bar

    with Progress(transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(label, total=total)
        yield lambda count: progress.update(task, advance=count)
