"""The pre-publish check as an operator or a creator's tool runs it: at once, without a worker."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.opening import opened_app, print_json, progress_bar
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App
    from tools.precheck.drafts import Draft
    from tools.precheck.service import Judgement

commands = typer.Typer()


@commands.command()
def precheck(
    *,
    title: Annotated[str, typer.Option(help="The title.")] = "",
    text: Annotated[str, typer.Option(help="The caption.")] = "",
    video: Annotated[Path | None, typer.Option(help="The video file.")] = None,
    cover: Annotated[Path | None, typer.Option(help="The cover picture.")] = None,
    handle: Annotated[
        str, typer.Option("--as", help="Whose draft it is: the own originals are then no copy.")
    ] = "",
    words: Annotated[
        list[Path] | None,
        typer.Option(help="A word list of your own; lists in GUANGHE_HOME/word-lists are always read."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Predict which rules a draft may break, where, and what to change; `--json` prints one object.

    The same draft gets the same verdict until the rules change. Places in words count characters from 0, end exclusive;
    `evidence` is the words found, or the PNG that shows it. A file that cannot be read is told, with exit code 1.
    """
    with opened_app() as app:
        judgement = _judged(app, _draft(title, text, video=video, cover=cover), handle, words or [])
        if as_json:
            print_json(_row(app, judgement))
        else:
            typer.echo(_shown(app, judgement))
    for problem in judgement.problems:
        typer.echo(f"guanghe: {problem}", err=True)
    if judgement.problems:
        raise typer.Exit(1)


def _draft(title: str, text: str, *, video: Path | None, cover: Path | None) -> "Draft":
    from tools.kernel.media.limits import Fault
    from tools.precheck.drafts import Draft, DraftFile, sha256_of
    from tools.precheck.media.faults import unreadable
    from tools.precheck.verdict import Part

    def file(path: Path | None, part: Part) -> DraftFile | None:
        if path is None:
            return None
        if not path.is_file():
            raise unreadable(Fault.MISSING, part)
        return DraftFile(path, path.name, sha256_of(path))

    draft = Draft(title, text, cover=file(cover, Part.COVER), video=file(video, Part.VIDEO))
    if draft.is_empty:
        raise OperatorError("nothing to check: give --title, --text, --cover or --video")
    return draft


def _judged(app: "App", draft: "Draft", handle: str, lists: list[Path]) -> "Judgement":
    """Return the stored judgement, or look at the files now and store what they gave."""
    from tools.detection.original_store import open_originals
    from tools.precheck import looking, service
    from tools.precheck.service import CheckState

    home = app.settings.home.absolute()
    rules = service.rulebook_of(home, lists=lists)
    with app.database.writing() as session:
        creator_id = _creator_id(session, handle)
        judgement = service.begin(session, creator_id=creator_id, draft=draft, rules=rules, now=app.clock())
    if judgement.state is CheckState.DONE:
        return judgement
    with progress_bar("check", 100) as advance:
        done = 0

        def progress(share: float) -> None:
            nonlocal done
            advance(int(share * 100) - done)
            done = int(share * 100)

        looked = looking.look_at_files(
            {part: file.path for part, file in draft.files.items()},
            rules=rules,
            originals=open_originals(app.database),
            evidence=service.evidence_folder(home, judgement.id),
            author=looking.author_of(app.database, handle=handle, on=app.today()),
            progress=progress,
        )
    with app.database.writing() as session:
        return service.finish(
            session,
            check_id=judgement.id,
            media=looked.findings,
            problems=looked.problems,
            now=app.clock(),
        )


def _creator_id(session: Any, handle: str) -> int | None:  # noqa: ANN401 - a Session, which `--help` must not import
    from tools.creators import service as creators

    if not handle:
        return None
    if (found := creators.find_account(session, handle=handle)) is None:
        raise OperatorError(f"--as: no creator has the handle {handle!r}")
    return found.id


def _row(app: "App", judgement: "Judgement") -> dict[str, Any]:
    from tools.precheck import words

    row = words.facts(judgement)
    folder = _evidence(app, judgement)
    findings: list[dict[str, Any]] = []
    for one, found in zip(judgement.findings, row["findings"], strict=True):
        path = folder / one.picture if one.picture else None
        picture = str(path) if path is not None and path.is_file() else None
        findings.append({**found, "evidence": picture or one.said, "picture": picture})
    return {
        "verdict": row["verdict"],
        "findings": findings,
        "prediction": words.PREDICTION,
        **{name: value for name, value in row.items() if name not in ("verdict", "findings")},
    }


def _shown(app: "App", judgement: "Judgement") -> str:
    from tools.precheck import words

    folder = _evidence(app, judgement)
    pictures = [f"证据：{folder / one.picture}" for one in judgement.findings if one.picture]
    return "\n".join([words.answer(judgement), *dict.fromkeys(pictures)])


def _evidence(app: "App", judgement: "Judgement") -> Path:
    from tools.precheck import service

    return service.evidence_folder(app.settings.home.absolute(), judgement.id)
