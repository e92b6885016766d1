"""What the platform's operators and reviewers do with followers: load them, decide on migrations, move, undo."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import opened_app, print_json, progress_bar
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App
    from tools.detection.migration.service import Migration

commands = typer.Typer()
followers_commands = typer.Typer(help="Followers and their migrations.", no_args_is_help=True)
commands.add_typer(followers_commands, name="followers")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Case = Annotated[str, typer.Option("--case", help="The case's number, for example QY20220815-0001.")]
Number = Annotated[str, typer.Argument(metavar="CASE", help="The case's number, QY20220815-0001.")]
By = Annotated[str, typer.Option(help="The reviewer's name, which is recorded.")]


@followers_commands.command("import")
def import_followers(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV or Parquet. Columns creator,follower,followed_on (follows), creator,follower (blocks), "
            "follower,reason (closed and abnormal accounts) or creator,avatar_hash (pictures).",
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Load followers, blocks, inactive viewers or pictures; nothing is stored before the whole file is checked."""
    from tools.detection.migration.follower_files import import_file

    with opened_app() as app, progress_bar("rows") as advance:
        found = import_file(app.database, file, progress=advance)
    if as_json:
        print_json(asdict(found))
        return
    typer.echo(f"{found.kind}: {found.added:,} added, {found.known:,} known, {found.rows:,} rows")


@followers_commands.command("list")
def list_migrations(
    *, everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False
) -> None:
    """Print the migrations, the newest first."""
    from tools.creators import service as creators
    from tools.detection.migration import service
    from tools.detection.migration.outcomes import OPEN

    with opened_app() as app, app.database.reading() as session:
        for case in service.migrations(session):
            if case.state in OPEN or everything:
                sides = [
                    creators.account(session, creator_id=side).handle
                    for side in (case.impostor_id, case.original_id)
                ]
                typer.echo(
                    f"{case.number}  {case.state:9s}  @{sides[0]} -> @{sides[1]}  likeness "
                    f"{case.score_percent}%  report {case.report_number}  {case.counts.moved:,} moved"
                )


@followers_commands.command("approve")
def approve(case: Number, *, by: By) -> None:
    """Approve an application; the worker, or `migrate`, then moves the followers."""
    from tools.detection.migration import service

    with opened_app() as app, app.database.writing() as session:
        made = service.approve(session, number=case, by=by, now=app.clock())
    typer.echo(f"{made.number} is {made.state}, to be finished by {made.finished_by}")


@followers_commands.command("reject")
def reject(
    case: Number,
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="Why, in the words that the creator reads.")],
) -> None:
    """Reject an application."""
    from tools.detection.migration import service

    with opened_app() as app, app.database.writing() as session:
        made = service.reject(session, number=case, by=by, reason=reason, now=app.clock())
    typer.echo(f"{made.number} is {made.state}")


@followers_commands.command("migrate")
def migrate(case: Case, *, as_json: AsJson = False) -> None:
    """Move an approved case's followers; may be killed at any moment and repeated, and run beside other workers."""
    from tools.detection.migration import service
    from tools.detection.migration.outcomes import MigrationState

    with opened_app() as app:
        with app.database.reading() as session:
            found = service.by_number(session, case)
        if found.state in {MigrationState.APPLIED, MigrationState.REJECTED, MigrationState.RETURNED}:
            raise OperatorError(f"{case} is {found.state}: only an approved case moves followers")
        if found.state is MigrationState.RETURNING:
            raise OperatorError(f"{case} is being rolled back: guanghe followers rollback --case {case}")
        _work(app, found, as_json=as_json)


@followers_commands.command("rollback")
def rollback(case: Case, *, by: By = "operator", as_json: AsJson = False) -> None:
    """Bring back the followers that a case moved; who has acted since by themselves is not touched."""
    from tools.detection.migration import service

    with opened_app() as app:
        with app.database.writing() as session:
            found = service.begin_return(session, number=case, by=by, now=app.clock())
        _work(app, found, as_json=as_json)


def _work(app: "App", case: "Migration", *, as_json: bool) -> None:
    from tools.detection.migration import moving, service

    started, looked_at = time.perf_counter(), 0
    with progress_bar("followers", service.followers_to_look_at(app.database, case)) as advance:

        def count(followers: int) -> None:
            nonlocal looked_at
            looked_at += followers
            advance(followers)

        moving.run(app.database, migration_id=case.id, clock=app.clock, progress=count)
    seconds = time.perf_counter() - started
    with app.database.reading() as session:
        done = service.by_number(session, case.number)
    counts = asdict(done.counts)
    if as_json:
        print_json(
            {
                "case": done.number,
                "state": done.state.value,
                **counts,
                "skipped": done.counts.skipped,
                "examined": done.counts.examined,
                "seconds": round(seconds, 3),
                "followers_per_second": round(looked_at / seconds),
            }
        )
        return
    told = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items() if number)
    typer.echo(f"{done.number} is {done.state}: {told or 'nobody was looked at'}; {seconds:.1f} seconds")
