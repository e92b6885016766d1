"""Talking to the assistant from a terminal."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import sys
import uuid
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
    from bot.app import App

commands = typer.Typer()

As = Annotated[str, typer.Option("--as", help="The creator's handle, for example laotie.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Thread = Annotated[str, typer.Option(help="A topic of its own inside the conversation.")]


@commands.command()
def ask(text: str, *, handle: As = "laotie", thread: Thread = "", as_json: AsJson = False) -> None:
    """Ask one question as a creator and print the answer."""
    with opened_app() as app:
        _show(app, _said(app, handle, thread, text), as_json=as_json)


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
    """Chat with the assistant; an empty line or Ctrl-D ends it."""
    with opened_app() as app:
        _show(app, app.assistant.start(_sender(handle), key=_key(), at=app.clock()), as_json=False)
        while text := _typed("你> "):
            outbound = _said(app, handle, thread, text)
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


def _said(app: "App", handle: str, thread: str, text: str) -> Outbound | None:
    inbound = Inbound(_sender(handle), key=_key(), text=text, at=app.clock(), thread=thread)
    return app.assistant.reply(inbound)


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
