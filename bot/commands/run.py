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
    host: Host = _LOCAL,
    port: Port = 8081,
) -> None:
    """Run the Telegram bot, by polling or behind a webhook."""
    from bot.channels.telegram import run_polling, run_webhook

    with opened_app() as app:
        if webhook:
            _check_port(host, port)
            asyncio.run(run_webhook(app, base_url=webhook, host=host, port=port))
        else:
            asyncio.run(run_polling(app))


@commands.command()
def worker(
    *, once: Annotated[str, typer.Option(help="Run this job now and end; `list` prints their names.")] = ""
) -> None:
    """Run the background jobs when they are due, until stopped."""
    from tools.catalog import all_jobs
    from tools.kernel.jobs import JobRunner, state_url
    from tools.payout.bank import FileBank
    from tools.payout.revenue_jobs import pay_out_job

    bank_folder = load_settings().home.absolute() / "bank"
    pay_out = pay_out_job(lambda day: FileBank(bank_folder, day=day))
    jobs = {job.name: job for job in (*all_jobs(), pay_out)}
    if once and once not in jobs:
        listed = ", ".join(sorted(jobs))
        raise OperatorError(
            f"the jobs are {listed}" if once == "list" else f"no job {once!r}; there are {listed}"
        )
    with opened_app() as app:
        url = state_url(
            database_url=app.settings.resolved_database_url,
            jobs_file=str(app.settings.home.absolute() / "jobs.sqlite"),
        )
        runner = JobRunner(jobs.values(), database=app.database, clock=app.clock, state_url=url)
        runner.start()
        try:
            if once:
                runner.run_now(once)
            else:
                threading.Event().wait()
        finally:
            runner.stop()


def _serve(host: str, port: int) -> None:
    from bot.channels.web import serve_pages

    with opened_app() as app:
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
