"""What the platform's operators do with playback logs: build second-by-second curves."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import opened_app, print_json, progress_bar

commands = typer.Typer()
curves_commands = typer.Typer(help="Second-by-second curves of works.", no_args_is_help=True)
commands.add_typer(curves_commands, name="curves")


@curves_commands.command("build")
def build(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="LOGS.parquet",
            help="Columns work_id (public ids as text, or ids as numbers), viewer_id, day, start_s, end_s, liked_at_s, "
            "exited.",
        ),
    ],
    *,
    source: Annotated[
        str | None, typer.Option(help="What these logs are called; the file's name unless given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Turn playback logs into curves; may be killed at any moment and repeated.

    What the source said before about the days in the file is replaced; other days and other sources add up with it.
    Nothing is stored before the whole file is checked. A file that was built before changes nothing.
    """
    from tools.creators.curves import service
    from tools.creators.curves.logs import open_log

    started = time.perf_counter()
    log = open_log(file)
    with opened_app() as app, progress_bar("rows", log.rows) as advance:
        built = service.build(app.database, log, source=source, progress=advance)
    seconds = round(time.perf_counter() - started, 3)
    if as_json:
        print_json({**asdict(built), "days": [day.isoformat() for day in built.days], "seconds": seconds})
        return
    if built.unchanged:
        typer.echo(f"{file.name} was built before as {built.source}: nothing changed")
        return
    typer.echo(
        f"{built.curves} curves of {len(built.days)} days from {built.rows} rows as {built.source}, {seconds} seconds"
    )


@curves_commands.command("sql")
def sql(*, dialect: Annotated[str, typer.Option(help="The engine's name in Ibis.")] = "clickhouse") -> None:
    """Print the same job as SQL for a cluster, over the tables playback_log and work_duration."""
    from tools.creators.curves.expressions import job_sql

    typer.echo(job_sql(dialect=dialect))
