"""Talking to the assistant from a terminal."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import sys
import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import BaseModel, ValidationError

from bot.channels.terminal_view import render
from bot.commands.opening import opened_app, print_json
from bot.messages import Channel, Confirmation, Inbound, Outbound, Sender, outbound_body
from bot.settings import load_settings
from tools.kernel.errors import OperatorError
from tools.kernel.period import PLATFORM_ZONE

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from bot.app import App
    from tools.kernel.upload_files import ReceivedFile

_FILE = "/file"
_CHUNK_BYTES = 1024 * 1024

commands = typer.Typer()

As = Annotated[str, typer.Option("--as", help="The creator's handle, for example laotie.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Files = Annotated[
    list[Path] | None, typer.Option("--file", metavar="PATH", help="A file to send; may be repeated.")
]
Thread = Annotated[str, typer.Option(help="A topic of its own inside the conversation.")]


@commands.command()
def ask(
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What to say; may be left out beside --file.")
    ] = None,
    *,
    handle: As = "laotie",
    thread: Thread = "",
    file: Files = None,
    as_json: AsJson = False,
) -> None:
    """Ask one question as a creator, with files or without, and print the answer."""
    if text is None and not file:
        raise typer.BadParameter("say something, or send a --file", param_hint="TEXT")
    with opened_app() as app:
        _show(app, _said(app, handle, thread, text or "", files=file or ()), as_json=as_json)


@commands.command()
def confirm(
    proposal: Annotated[str, typer.Argument(metavar="ID", help="The id that the answer's `confirm` gave.")],
    *,
    handle: As = "laotie",
    thread: Thread = "",
    no: Annotated[bool, typer.Option("--no", help="Cancel instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Press the confirm button of a change that the assistant proposed."""
    with opened_app() as app:
        outbound = app.assistant.confirm(
            Confirmation(_sender(handle), proposal, accepted=not no, at=app.clock(), thread=thread)
        )
        _show(app, outbound, as_json=as_json)


@commands.command()
def chat(*, handle: As = "laotie", thread: Thread = "") -> None:
    """Chat with the assistant; `/file PATH` sends a file, an empty line or Ctrl-D ends it."""
    with opened_app() as app:
        _show(app, app.assistant.start(_sender(handle), key=_key(), at=app.clock()), as_json=False)
        while text := _typed("你> "):
            try:
                outbound = _typed_line(app, handle, thread, text)
            except OperatorError as error:
                typer.echo(str(error))
                continue
            _show(app, outbound, as_json=False)
            if outbound is not None and outbound.confirm is not None:
                answer = Confirmation(
                    _sender(handle),
                    outbound.confirm.id,
                    accepted=_typed("确认执行吗？(y/N) ").lower() in {"y", "yes", "是", "确认"},
                    at=app.clock(),
                    thread=thread,
                )
                _show(app, app.assistant.confirm(answer), as_json=False)


@commands.command()
def route(
    file: Annotated[Path, typer.Argument(help='JSON lines {"id","text","history":[{"role","content"}]}.')],
) -> None:
    """Print what the local model would do with each utterance; nothing is executed."""
    from bot.agent.local.decide import decide
    from bot.agent.local.decision import Role, Turn
    from tools.catalog import all_tools

    # Decisions need no database, so the demo's day is not known here: only GUANGHE_TODAY sets another than the real.
    tools, on = all_tools(), load_settings().today or datetime.now(PLATFORM_ZONE).date()
    for number, line in enumerate(_lines(file), start=1):
        row = _utterance(line, place=f"{file}:{number}")
        history = [Turn(Role(said.role), said.content) for said in row.history]
        decision = decide(row.text, history, tools=tools, on=on)
        calls = [{"tool": choice.tool, "args": choice.args} for choice in decision.calls]
        print_json({"id": row.id, "kind": decision.kind, "calls": calls})


def _typed_line(app: "App", handle: str, thread: str, text: str) -> Outbound | None:
    command, _, path = text.partition(" ")
    if command != _FILE or not path.strip():
        return _said(app, handle, thread, text)
    return _said(app, handle, thread, "", files=(Path(path.strip()).expanduser(),))


def _said(
    app: "App", handle: str, thread: str, text: str, *, files: "Sequence[Path]" = ()
) -> Outbound | None:
    with _received(app, files) as uploads:
        inbound = Inbound(
            _sender(handle), key=_key(), text=text, at=app.clock(), thread=thread, uploads=uploads
        )
        return app.assistant.reply(inbound)


@contextmanager
def _received(app: "App", files: "Sequence[Path]") -> "Generator[tuple[ReceivedFile, ...]]":
    """Yield copies of the files; raises OperatorError for one that cannot be sent. What nobody took is gone after."""
    from bot.sent_files import MOST_FILES
    from tools.kernel import upload_files

    if len(files) > MOST_FILES:
        raise OperatorError(f"--file: {len(files)} files, a message carries at most {MOST_FILES}")
    received: list[ReceivedFile] = []
    try:
        received.extend(_copied(app, path) for path in files)
        yield tuple(received)
    finally:
        for file in received:
            upload_files.discard(file)


def _copied(app: "App", path: Path) -> "ReceivedFile":
    from tools.kernel.upload_files import Arrival, UploadTooLargeError

    limit = app.settings.upload_limit_bytes
    if not path.is_file():
        raise OperatorError(f"--file: {path} is no file")
    arrival = Arrival(app.database.files, name=path.name, limit_bytes=limit)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                arrival.write(chunk)
        received = arrival.finish()
    except UploadTooLargeError as error:
        raise OperatorError(
            f"--file: {path} has more than {limit:,} bytes (GUANGHE_UPLOAD_LIMIT_MB)"
        ) from error
    except BaseException:
        arrival.discard()
        raise
    if received is None:
        raise OperatorError(f"--file: {path} is empty")
    return received


def _sender(handle: str) -> Sender:
    return Sender(Channel.TERMINAL, handle)


def _key() -> str:
    """Return a name for a message that was never said before: a terminal has no message ids of its own."""
    return f"tty:{uuid.uuid4().hex}"


def _typed(prompt: str) -> str:
    typer.echo(prompt, nl=False)
    return sys.stdin.readline().strip()


def _show(app: "App", outbound: Outbound | None, *, as_json: bool) -> None:
    if outbound is None:
        outbound = Outbound(text="客服正在为你处理，你的留言已经转给对方。")
    pictures = app.pictures.attachments(outbound.charts)
    outbound = replace(outbound, attachments=(*outbound.attachments, *pictures))
    if as_json:
        print_json(outbound_body(outbound))
        return
    typer.echo(render(outbound))


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise OperatorError(f"{file}: not UTF-8 at byte {error.start}") from error


class _Said(BaseModel):
    role: Literal["user", "assistant"]
    content: str


class _Utterance(BaseModel):
    """One line of the file that `route` reads."""

    id: str
    text: str
    history: list[_Said] = []


def _utterance(line: str, *, place: str) -> _Utterance:
    try:
        return _Utterance.model_validate_json(line)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "line"
        raise OperatorError(f"{place}: {where}: {fault['msg']}") from error
