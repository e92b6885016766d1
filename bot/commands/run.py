"""What runs until it is stopped: the web pages, the Telegram bot, the background jobs."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import asyncio
import shutil
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import opened_app
from bot.settings import Settings, load_settings
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App

commands = typer.Typer()

Port = Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
_LOCAL = "127.0.0.1"


@commands.command()
def demo(
    *,
    port: Port = 8080,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the demo's home away first.")] = False,
) -> None:
    """Prepare the demo platform and serve the web messenger (and Telegram where a token is set)."""
    from bot.app import prepare_app

    loaded = load_settings()
    _check_port(_LOCAL, port)
    if fresh:
        _remove_demo(loaded)
    app, _ = prepare_app(loaded, demo=True)
    app.close()
    _serve(_LOCAL, port)


@commands.command()
def serve(*, host: Host = _LOCAL, port: Port = 8080) -> None:
    """Serve the web messenger."""
    _check_port(host, port)
    _serve(host, port)


@commands.command()
def telegram(
    *,
    webhook: Annotated[
        str, typer.Option(help="Public https address for a webhook; polling unless given.")
    ] = "",
    health: Annotated[
        bool, typer.Option("--health", help="Answer GET /health while polling too; a webhook always does.")
    ] = False,
    host: Host = _LOCAL,
    port: Port = 8081,
) -> None:
    """Run the Telegram bot, by polling or behind a webhook."""
    from bot.channels.telegram import run_polling, run_webhook
    from bot.commands.working import working_beside

    with opened_app() as app, working_beside(app):
        if webhook:
            _check_port(host, port)
            asyncio.run(run_webhook(app, base_url=webhook, host=host, port=port))
        else:
            if health:
                _check_port(host, port)
            asyncio.run(run_polling(app, health_at=(host, port) if health else None))


@commands.command()
def worker(
    *,
    once: Annotated[str, typer.Option(help="Run this job now and end; `list` prints their names.")] = "",
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when no requested task is left.")
    ] = False,
    at_once: Annotated[int, typer.Option(help="Tasks that run beside each other.", min=1, max=64)] = 2,
) -> None:
    """Run the background jobs when they are due and the tasks that were asked for, until stopped.

    Any number of workers share one PostgreSQL; what a killed one left is done by the others, or by the next.
    """
    from bot.commands.working import job_runner, known_jobs

    if once and once not in (jobs := known_jobs(load_settings())):
        listed = ", ".join(sorted(jobs))
        raise OperatorError(
            f"the jobs are {listed}" if once == "list" else f"no job {once!r}; there are {listed}"
        )
    with opened_app() as app:
        # One job alone leaves the tasks to the workers.
        runner = job_runner(app, tasks=not once, at_once=at_once)
        runner.start()
        try:
            if once:
                runner.run_now(once)
            elif until_idle:
                runner.finish_tasks()
            else:
                threading.Event().wait()
        finally:
            runner.stop()


def _serve(host: str, port: int) -> None:
    from bot.channels.web import serve_pages
    from bot.commands.working import working_beside

    with opened_app() as app, working_beside(app):
        typer.echo(f"光合助手 is at http://{host}:{port}")
        if app.settings.telegram_token is not None:
            threading.Thread(target=_run_telegram, args=(app,), daemon=True).start()
        serve_pages(app, host=host, port=port)


def _run_telegram(app: "App") -> None:
    """Run the bot beside the pages; it ends with the process, and what it left open goes on at the next start."""
    from bot.channels.telegram import run_polling

    async def run() -> None:
        await run_polling(app, stop=asyncio.Event())

    try:
        asyncio.run(run())
    except OperatorError as error:
        typer.echo(f"guanghe: the Telegram bot is not running: {error}", err=True)


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OperatorError(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
            ) from error


def _remove_demo(loaded: Settings) -> None:
    """Delete the demo's home; anything that is not the embedded demo's is refused."""
    if loaded.database_url or loaded.chroma_url:
        raise OperatorError(
            "--fresh deletes only the embedded demo, not a database or Chroma server named by a URL"
        )
    home: Path = loaded.home
    if not home.exists():
        return
    if not (home / "guanghe.sqlite").exists() and any(home.iterdir()):
        raise OperatorError(f"--fresh: {home} is not a home of guanghe, nothing was deleted")
    with opened_app() as app:
        if not app.is_demo:
            raise OperatorError(f"--fresh: {home} holds real data, nothing was deleted")
    shutil.rmtree(home)
