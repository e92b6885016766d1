"""What is ranked and what is rising: built from the platform's figures, at night by the worker, by hand here."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import opened_app, print_json, progress_bar
from tools.kernel.errors import OperatorError

commands = typer.Typer()
leaderboard_commands = typer.Typer(help="Rankings of creators.", no_args_is_help=True)
trend_commands = typer.Typer(help="What is rising on the platform.", no_args_is_help=True)
commands.add_typer(leaderboard_commands, name="leaderboards")
commands.add_typer(trend_commands, name="trends")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_MUSIC_COLUMNS = ["public_id", "music"]
_LONGEST_MUSIC = 60


@leaderboard_commands.command("build")
def build_leaderboards(
    *,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build the latest day, week and month again, for late figures.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build the boards of the days, weeks and months that are over; may be killed and repeated."""
    from tools.creators.leaderboards import service
    from tools.creators.leaderboards.boards import Measure, Span

    total = len(Measure) * sum(span.kept for span in Span)
    with opened_app() as app, progress_bar("boards", total) as shown:
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            shown(count - done)
            done = count

        made = service.build(
            app.database.writing, on=app.today(), now=app.clock(), rebuild=rebuild, progress=advance
        )
    if as_json:
        print_json(asdict(made))
    else:
        typer.echo(f"built {made.snapshots} snapshots, {made.boards} boards, {made.places} places")


@trend_commands.command("build")
def build_trends(*, as_json: AsJson = False) -> None:
    """Build today's trends from the two weeks before; building again makes the same."""
    from tools.creators.trends import service

    with opened_app() as app, app.database.writing() as session:
        made = service.build(session, on=app.today(), now=app.clock())
    if as_json:
        print_json(asdict(made))
    else:
        typer.echo(
            f"built {made.trends} trends, {made.factors} factors, {made.earnings} earnings from {made.topics} topics of works"
        )


@trend_commands.command("music")
def import_music(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Columns public_id,music.")],
) -> None:
    """Load which music works use; all or nothing, and loading it again changes nothing."""
    from tools.creators.trends import service

    rows = _music_rows(file)
    with opened_app() as app, app.database.writing() as session:
        stored, unknown = service.record_music(session, music=((work, music) for _, work, music in rows))
        if unknown:
            row = next(number for number, work, _ in rows if work == unknown[0])
            raise OperatorError(
                f"{file.name} row {row}, column public_id: no work with this ID: {unknown[0]!r}"
            )
    typer.echo(f"stored the music of {stored} works")


def _music_rows(file: Path) -> list[tuple[int, str, str]]:
    rows: list[tuple[int, str, str]] = []
    with file.open(encoding="utf-8-sig", newline="") as text:
        try:
            records = list(csv.reader(text, strict=True))
        except (csv.Error, UnicodeDecodeError) as error:
            raise OperatorError(f"{file.name}: not CSV in UTF-8: {error}") from error
    if not records or [cell.strip() for cell in records[0]] != _MUSIC_COLUMNS:
        raise OperatorError(f"{file.name} row 1: the columns must be {','.join(_MUSIC_COLUMNS)}")
    for number, cells in enumerate(records[1:], start=2):
        if not cells:
            continue
        values = [cell.strip() for cell in cells]
        if len(values) != len(_MUSIC_COLUMNS) or not all(values):
            raise OperatorError(f"{file.name} row {number}: needs a work's ID and the name of its music")
        if len(values[1]) > _LONGEST_MUSIC:
            raise OperatorError(
                f"{file.name} row {number}, column music: longer than {_LONGEST_MUSIC} characters"
            )
        rows.append((number, values[0], values[1]))
    return rows
