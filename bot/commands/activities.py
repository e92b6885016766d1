"""What the platform's operators do with activities: import, check, count, tell, stop, look, and publish results."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import opened_app, print_json

if TYPE_CHECKING:
    from bot.app import App

commands = typer.Typer()
activity_commands = typer.Typer(help="Activities, and telling whom they are meant for.", no_args_is_help=True)
commands.add_typer(activity_commands, name="activities")

Key = Annotated[str, typer.Argument(help="The activity's key, for example HD-202208-food.")]
File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A .csv with the columns key,title,category,about,reward,policy,clause,audience,starts,ends,sign_up_by, "
        "or a .yaml list of the same.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@activity_commands.command("import")
def import_activities(file: File) -> None:
    """Store activities; nothing is stored before the whole file is checked, and the same file again changes nothing.

    `audience` is a rule over creator facts as in programme files, with category and city besides. Days and moments are
    the platform's; an end that is a day is the end of that day.
    """
    from tools.notices import activity_files

    with opened_app() as app, app.database.writing() as session:
        rows = activity_files.read(file, in_force=_in_force(app), now=app.clock())
        done = activity_files.store(session, rows)
    typer.echo(f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged")


@activity_commands.command("check")
def check(file: File) -> None:
    """Check a file of activities without storing anything."""
    from tools.notices import activity_files

    with opened_app() as app:
        rows = activity_files.read(file, in_force=_in_force(app), now=app.clock())
    typer.echo(f"{file.name}: {len(rows)} activities, no faults")


@activity_commands.command("list")
def list_activities(
    *, limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=10_000)] = 50
) -> None:
    """Print activities, how many take part, and how their last broadcast stands."""
    from tools.notices import queries

    with opened_app() as app, app.database.reading() as session:
        for row in queries.activities_of_all(session, limit=limit):
            told = queries.broadcasts(session, activity_id=row.id)
            typer.echo(
                f"{row.key}  {row.title}  {row.starts_at:%Y-%m-%d}..{row.ends_at:%Y-%m-%d}  "
                f"{queries.signed_up(session, activity_id=row.id)} signed up  {told[0].state if told else 'not told'}"
            )


@activity_commands.command("plan")
def plan(
    key: Key,
    *,
    samples: Annotated[int, typer.Option(help="How many members to name.", min=0, max=100)] = 5,
    as_json: AsJson = False,
) -> None:
    """Count whom `send` would tell, name some of them and print the words; nothing is sent."""
    from tools.notices import broadcasts

    with opened_app() as app, app.database.reading() as session:
        found = broadcasts.plan(session, key=key, on=app.today(), samples=samples)
    if as_json:
        print_json(asdict(found))
        return
    typer.echo(
        f"{found.members} of {found.creators} creators: {', '.join(f'@{one}' for one in found.samples)}"
    )
    typer.echo(found.text)


@activity_commands.command("send")
def send(
    key: Key,
    *,
    queue_only: Annotated[bool, typer.Option("--queue-only", help="Leave it to `guanghe worker`.")] = False,
) -> None:
    """Tell everybody the activity is meant for, each once: killed and run again, the workers go on where they stopped.

    What is told waits for each creator's quiet hours and digest; `report` says how far it is.
    """
    from tools.notices import broadcasts

    with opened_app() as app:
        with app.database.writing() as session:
            row = broadcasts.send(session, key=key, on=app.today(), now=app.clock())
        typer.echo(f"broadcast {row.id} is queued")
        if not queue_only:
            _work(app, key)


@activity_commands.command("pause")
def pause(key: Key) -> None:
    """Stop the activity's broadcast: nothing more is told until it is resumed."""
    from tools.notices import broadcasts

    with opened_app() as app, app.database.writing() as session:
        row = broadcasts.pause(session, key=key)
    typer.echo(f"broadcast {row.id} is {row.state}")


@activity_commands.command("resume")
def resume(
    key: Key,
    *,
    queue_only: Annotated[bool, typer.Option("--queue-only", help="Leave it to `guanghe worker`.")] = False,
) -> None:
    """Let a paused broadcast go on where it stopped."""
    from tools.notices import broadcasts

    with opened_app() as app:
        with app.database.writing() as session:
            row = broadcasts.resume(session, key=key, now=app.clock())
        typer.echo(f"broadcast {row.id} is {row.state}")
        if not queue_only:
            _work(app, key)


@activity_commands.command("report")
def report(key: Key, *, as_json: AsJson = False) -> None:
    """Print how far the activity's last broadcast is, and why some were not told."""
    from tools.notices import broadcasts

    with opened_app() as app, app.database.reading() as session:
        found = broadcasts.report(session, key=key)
    if as_json:
        print_json(asdict(found))
        return
    of = "not counted yet" if found.members is None else f"{found.stored} of {found.members} stored"
    typer.echo(f"broadcast {found.number} {found.state}: {of}")
    typer.echo(
        f"queued {found.queued}, sent {found.sent}, expired {found.expired}, switched off {found.muted}, "
        f"blocked {found.blocked}, without a chat {found.unreached}"
    )


@activity_commands.command("results")
def results(
    key: Key,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Columns handle,result.")],
) -> None:
    """Store how an activity ended for those who took part, and leave each a notice of it."""
    from tools.notices import activity_files

    with opened_app() as app, app.database.writing() as session:
        done = activity_files.import_results(session, key=key, path=file, now=app.clock())
    typer.echo(f"{done.new} new, {done.unchanged} unchanged")


def _in_force(app: "App") -> Callable[[str, str, date], bool]:
    return lambda policy, clause, on: app.policies.clause(policy, clause, on=on) is not None


def _work(app: "App", key: str) -> None:
    """Take part in the work until the broadcast's notices are stored."""
    from bot.commands.working import job_runner
    from tools.kernel.errors import OperatorError
    from tools.notices import broadcasts

    runner = job_runner(app)
    runner.start()
    try:
        runner.finish_tasks()
    finally:
        runner.stop()
    with app.database.reading() as session:
        found = broadcasts.report(session, key=key)
    if found.state == "running":
        raise OperatorError(f"broadcast {found.number} could not be stored: see the log above")
    typer.echo(f"broadcast {found.number}: {found.stored} notices stored")
