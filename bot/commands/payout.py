"""What the platform's operators do with money: bulk grants, raised budgets."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import banking
from bot.commands.opening import opened_app, print_json, progress_bar

commands = typer.Typer()
payout_commands = typer.Typer(help="Grants and payouts.", no_args_is_help=True)
commands.add_typer(payout_commands, name="payout")
payout_commands.add_typer(banking.commands)


@payout_commands.command("raise-budgets")
def raise_budgets() -> None:
    """Give running budgets at once what the programme files say, where that is more; the worker does it every hour.

    A lower amount in a file counts from the next period on: nothing is taken out of a running budget.
    """
    from tools.payout.budget_raises import raise_budgets
    from tools.payout.program_files import packaged_programs

    with opened_app() as app, app.database.writing() as session:
        raised = raise_budgets(session, packaged_programs(), now=app.clock())
    for found in raised:
        typer.echo(f"{found.pool} {found.asset}: raised from {found.before:,} to {found.after:,}")
    typer.echo(f"{len(raised)} budgets raised")


@payout_commands.command("grant")
def grant(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns key,creator,program,asset,amount: a handle, a programme's id, cash in yuan or traffic in "
            "impressions.",
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Grant rewards in bulk out of the programmes' budgets; may be killed at any moment and repeated.

    Nothing is granted before the whole file is checked. A key that was granted before counts as a duplicate; a row that
    the budget does not hold is refused, and rows after it that fit are granted.
    """
    from tools.payout.grant_files import GrantFile
    from tools.payout.program_files import packaged_programs

    started = time.perf_counter()
    with opened_app() as app, progress_bar("grants") as advance:
        grants = GrantFile(file, programs=packaged_programs(), on=app.today())
        report = grants.grant(app.database, clock=app.clock, progress=advance)
    seconds = round(time.perf_counter() - started, 3)
    if as_json:
        print_json({**asdict(report), "seconds": seconds})
        return
    for row in report.refusals:
        typer.echo(f"{file.name} row {row.row} ({row.key}): refused: {row.reason}", err=True)
    if (untold := report.refused - len(report.refusals)) > 0:
        typer.echo(f"and {untold} more refused", err=True)
    typer.echo(
        f"{report.granted} granted, {report.duplicates} duplicates, {report.refused} refused, {seconds} seconds"
    )
