"""Works' videos against the protected originals: a folder of new uploads, shared by all workers, and what was found."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.detect_files import Paths, video_files, without_same_stems
from bot.commands.opening import opened_app, print_json, progress_bar

if TYPE_CHECKING:
    from bot.app import App

commands = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
_LOOK_SECONDS = 0.3
# So many files make one scan: its shards are handed out while the next is written down.
_AT_ONCE = 1_000


@commands.command("scan")
def scan(
    paths: Paths,
    *,
    queue_only: Annotated[
        bool, typer.Option("--queue-only", help="Leave the comparing to `guanghe worker`.")
    ] = False,
    at_once: Annotated[int, typer.Option(help="Shards compared beside each other here.", min=1, max=64)] = 2,
    as_json: AsJson = False,
) -> None:
    """Compare the videos of published works with the originals and do what the originals' owners chose.

    A file's stem is the public id of its work. The works are handed out in shards: this process takes part until they
    are done, and so does every `guanghe worker`. Killed and run again, it goes on where it stopped; works that were
    compared before are not compared again. Exit code 1 when a file belongs to no work or cannot be read.
    """
    from tools.detection.videos import service

    files = video_files(paths)
    without_same_stems(files)
    with opened_app() as app:
        works: list[int] = []
        scans: set[int] = set()
        unknown = 0
        for start in range(0, len(files), _AT_ONCE):
            batch = {path.stem: path for path in files[start : start + _AT_ONCE]}
            with app.database.writing() as session:
                received = service.receive(session, files=batch, now=app.clock())
                service.scan_uploads(session, works=received.works, now=app.clock())
                scans |= set(service.unfinished_scans(session, works=received.works))
            works += received.works
            unknown += len(received.unknown)
            for name in received.unknown:
                typer.echo(f"{name}: no work has this id", err=True)
        if queue_only:
            typer.echo(f"{len(works)} works are queued or compared, {unknown} unknown")
            return
        _work(app, sorted(scans), at_once=at_once)
        bad = _show(app, works, sorted(scans), as_json=as_json)
    if bad or unknown:
        raise typer.Exit(1)


@commands.command("findings")
def findings(*, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50, as_json: AsJson = False) -> None:
    """Print what scans found, newest first."""
    from tools.detection.videos import queries

    with opened_app() as app, app.database.reading() as session:
        rows = [_finding(row) for row in queries.findings(session, limit=limit)]
    _print(rows, as_json=as_json)


def _work(app: "App", scans: Sequence[int], *, at_once: int) -> None:
    """Take part in the scans until none of their shards is left."""
    from bot.commands.working import job_runner
    from tools.detection.videos import service
    from tools.kernel.errors import OperatorError

    if not scans:
        return
    with app.database.reading() as session:
        left = sum(one.total - one.checked for one in service.progress_of(session, scans=scans))
    runner = job_runner(app, at_once=at_once)
    runner.start()
    try:
        with progress_bar("videos", left) as advance:
            before = left
            while True:
                with app.database.reading() as session:
                    now_left = sum(
                        one.total - one.checked for one in service.progress_of(session, scans=scans)
                    )
                    working = service.has_shards_left(session, scans=scans)
                advance(before - now_left)
                before = now_left
                if not working:
                    break
                time.sleep(_LOOK_SECONDS)
    finally:
        runner.stop()
    if before:
        raise OperatorError(f"{before} works could not be compared: a shard was given up, see the log above")


def _show(app: "App", works: Sequence[int], scans: Sequence[int], *, as_json: bool) -> int:
    """Print what is known of these works and return how many files could not be read now."""
    from tools.detection.videos import queries

    with app.database.reading() as session:
        found = [
            row
            for start in range(0, len(works), _AT_ONCE)
            for row in queries.findings(session, limit=20 * _AT_ONCE, works=works[start : start + _AT_ONCE])
        ]
        faults = [fault for scan in scans for fault in queries.faults(session, scan_id=scan)]
    for public_id, fault in faults:
        typer.echo(f"{public_id}: {fault}", err=True)
    _print([_finding(row) for row in found], as_json=as_json)
    if not as_json:
        typer.echo(f"{len(works)} works compared, {len(found)} findings, {len(faults)} not readable")
    return len(faults)


def _finding(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of a query, known by its columns
    report = row["InfringementReport"]
    segment = next(iter(row["verdict"]["segments"]), None)
    return {
        "work": row["work"],
        "original": row["original"],
        "outcome": row["outcome"],
        "ground": row["ground"],
        "result": row["verdict"]["result"],
        "score": row["verdict"]["score"],
        "query_s": segment and segment["suspect_s"],
        "original_s": segment and segment["original_s"],
        "case_id": report and report.number,
        "state": report and report.state,
        "picture": row["verdict"]["picture"],
    }


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    for row in rows:
        if as_json:
            print_json(row)
            continue
        why = f" ({row['ground']})" if row["ground"] else ""
        case = f"  {row['case_id']} {row['state']}" if row["case_id"] else ""
        typer.echo(f"{row['outcome']:9s}{why} {row['work']} shows {row['original']}{case}")
