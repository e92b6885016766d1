"""Original protection: protect videos, find their copies, show the evidence."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import detect_rights, detect_scan
from bot.commands.detect_files import Paths, video_files, without_same_stems
from bot.commands.opening import opened_app, print_json, progress_bar
from bot.settings import load_settings
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from tools.detection.matching.detector import Check, Detector
    from tools.kernel.db import Database

commands = typer.Typer()
detect_commands = typer.Typer(help="Protected originals and their copies.", no_args_is_help=True)
commands.add_typer(detect_commands, name="detect")
detect_commands.add_typer(detect_scan.commands)
detect_commands.add_typer(detect_rights.commands)

_SHARED_AT_ONCE = 100
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


@detect_commands.command("add")
def add(
    paths: Paths,
    *,
    owner: Annotated[str, typer.Option(help="The handle of the creator whose works these are.")],
) -> None:
    """Protect videos as a creator's originals; a file's stem names its original, adding it again replaces it.

    A file that cannot be read is told on stderr and left out; exit code 1 then, with the others protected. Workers
    compare the uploads of the last 30 days with them.
    """
    _check_creator(owner, option="--owner")
    files = video_files(paths)
    without_same_stems(files)
    bad = 0
    with _detector() as detector, progress_bar("originals", len(files)) as advance:
        _refuse_others(detector, files, owner=owner)
        added: list[str] = []
        for path, fault in detector.add(files, owner=owner):
            advance(1)
            if fault is None:
                added.append(path.stem)
            else:
                bad += 1
                typer.echo(f"{path}: {fault.line}", err=True)
        total = len(detector.originals)
    _look_among_uploads(added)
    typer.echo(f"{len(files) - bad} protected for {owner}, {bad} not readable; {total} originals in all")
    if bad:
        raise typer.Exit(1)


@detect_commands.command("check")
def check(
    paths: Paths,
    *,
    author: Annotated[
        str,
        typer.Option(help="The handle of who uploaded them; own and licensed originals are not infringed."),
    ] = "",
    allow: Annotated[
        list[str] | None,
        typer.Option(help="A handle whose originals may be used (a licence, the same series)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say of each video whether it copies an original, which part of which, mirrored or not, at what speed.

    A file that cannot be read is told on stderr, has `"verdict": null` with an `"error"`, and makes the exit code 1.
    """
    allowed = frozenset({author, *(allow or ()), *_permitted(author)} - {""})
    files = video_files(paths)
    bad = 0
    with _detector() as detector, progress_bar("videos", len(files)) as advance:
        for done in detector.check_all(files, allowed_owners=allowed):
            advance(1)
            bad += done.fault is not None
            if done.fault is not None:
                typer.echo(f"{done.path}: {done.fault.line}", err=True)
            if as_json:
                print_json(_row(done))
            elif done.fault is None:
                typer.echo(_line(done))
    if bad:
        raise typer.Exit(1)


@detect_commands.command("list")
def list_originals() -> None:
    """Print the protected originals and their owners."""
    with _detector() as detector:
        for original in detector.originals:
            typer.echo(f"{original.name}\t{original.owner}")


@detect_commands.command("remove")
def remove(names: Annotated[list[str], typer.Argument(metavar="ORIGINAL…")]) -> None:
    """Stop protecting originals."""
    with _detector() as detector:
        known = detector.originals.named(names)
        if unknown := [name for name in names if name not in known]:
            raise OperatorError(f"no original is called {unknown[0]!r}; nothing was removed")
        typer.echo(f"{detector.originals.remove(set(names))} removed")


@detect_commands.command("evidence")
def evidence(
    video: Annotated[Path, typer.Argument(help="A video that copies an original.")],
    *,
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
) -> None:
    """Draw the video's frames beside the original's, with their times."""
    from tools.detection.matching.evidence import draw_evidence

    with _detector() as detector:
        done = detector.check(video)
        if done.fault is not None:
            raise OperatorError(f"{video}: {done.fault.line}")
        if not done.matches:
            raise OperatorError(f"{video}: copies no original, there is nothing to show")
        match = done.matches[0]
        out.write_bytes(
            draw_evidence(detector.frames(video), detector.originals.fingerprint(match.original), match)
        )
    typer.echo(f"{out}: {match.original.name} of {match.original.owner}")


@detect_commands.command("share")
def share() -> None:
    """Keep the originals in the PostgreSQL database from now on, where every machine of a fleet finds them.

    Those of this folder are copied there; running it again copies what is missing.
    """
    from tools.detection.database_originals import DatabaseOriginals
    from tools.detection.matching.originals import Originals
    from tools.detection.matching.segment import NewOriginal
    from tools.detection.original_store import ORIGINALS

    with _database() as database:
        if database.engine.dialect.name != "postgresql":
            raise OperatorError(
                "detect share: originals are shared in PostgreSQL; GUANGHE_DATABASE_URL names none"
            )
        folder, shared = Originals(database.files / ORIGINALS), DatabaseOriginals(database.engine)
        shared.prepare()
        own = list(folder)
        with progress_bar("originals", len(own)) as advance:
            for first in range(0, len(own), _SHARED_AT_ONCE):
                some = own[first : first + _SHARED_AT_ONCE]
                there = shared.named([original.name for original in some])
                shared.add(
                    [
                        NewOriginal(original, folder.fingerprint(original).to_bytes())
                        for original in some
                        if original.name not in there
                    ]
                )
                advance(len(some))
        typer.echo(f"{len(shared)} originals in the database")


@contextmanager
def _detector() -> "Generator[Detector]":
    from tools.detection.matching.detector import Detector
    from tools.detection.original_store import open_originals
    from tools.kernel.media.pool import MediaPool

    with MediaPool() as pool, _database() as database:
        yield Detector(open_originals(database), pool=pool)


@contextmanager
def _database() -> "Generator[Database]":
    from tools.kernel.db import open_database

    settings = load_settings()
    database = open_database(settings.resolved_database_url, files=settings.home.absolute())
    try:
        yield database
    finally:
        database.close()


def _look_among_uploads(originals: list[str]) -> None:
    """Have the workers look for the new originals among recent uploads."""
    from tools.detection.videos import service

    if not originals:
        return
    with opened_app() as app, app.database.writing() as session:
        service.scan_for_originals(session, originals=originals, now=app.clock())


def _permitted(author: str) -> frozenset[str]:
    """Return the owners whose originals the author may use today."""
    from tools.detection.videos import service

    if not author:
        return frozenset()
    with opened_app() as app, app.database.reading() as session:
        return service.permitted_owners(session, handle=author, on=app.today())


def _check_creator(handle: str, *, option: str) -> None:
    from tools.creators import service

    with _database() as database, database.reading() as session:
        if service.find_account(session, handle=handle) is None:
            raise OperatorError(f"{option}: no creator has the handle {handle!r}")


def _refuse_others(detector: "Detector", files: list[Path], *, owner: str) -> None:
    """Refuse to replace another creator's original."""
    for original in detector.originals.named([path.stem for path in files]).values():
        if original.owner != owner:
            raise OperatorError(f"{original.name!r} is an original of {original.owner}; nothing was added")


def _row(done: "Check") -> dict[str, Any]:
    row: dict[str, Any] = {
        "file": str(done.path),
        "verdict": done.verdict and done.verdict.value,
        "matches": [
            {
                "original": match.original.name,
                "owner": match.original.owner,
                "query_s": list(match.video_seconds),
                "original_s": list(match.original_seconds),
                "mirrored": match.mirrored,
                "speed": match.speed,
                "score": match.score,
            }
            for match in done.matches
        ],
        "ms": done.milliseconds,
    }
    return row if done.fault is None else {**row, "error": done.fault.line}


def _line(done: "Check") -> str:
    assert done.verdict is not None
    parts = [f"{done.verdict.value:6s} {done.path}"]
    for match in done.matches:
        (start, end), (first, last) = match.video_seconds, match.original_seconds
        parts.append(
            f"       {start:.1f}-{end:.1f} s shows {match.original.name} of {match.original.owner} "
            f"{first:.1f}-{last:.1f} s{', mirrored' if match.mirrored else ''}, speed {match.speed:g}, "
            f"probability {match.score:.3f}"
        )
    return "\n".join(parts)
