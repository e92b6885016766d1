"""What support agents do with 1V1 cases from a terminal."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import getpass
from typing import Annotated

import typer

from bot.commands.opening import opened_app
from tools.kernel.errors import OperatorError

cases_commands = typer.Typer(help="1V1 cases: read the queue, answer, resolve.", no_args_is_help=True)
commands = typer.Typer()
commands.add_typer(cases_commands, name="cases")

Number = Annotated[str, typer.Argument(help="The case's number, for example C000001.")]


@cases_commands.command("list")
def list_cases() -> None:
    """Print the open cases, the longest waiting first."""
    from tools.support import cases

    with opened_app() as app, app.database.reading() as session:
        for case in cases.open_cases(session):
            holder = case.holder or "-"
            typer.echo(
                f"{case.number}  {case.state}  {holder}  {case.opened_at:%Y-%m-%d %H:%M}Z  {case.reason}"
            )


@cases_commands.command("show")
def show_case(number: Number) -> None:
    """Print a case with the conversation that led to it and what was said since."""
    from tools.creators import service as creators
    from tools.kernel import uploads
    from tools.support import cases
    from tools.support import service as support

    with opened_app() as app, app.database.reading() as session:
        case = cases.case(session, number=number)
        account = creators.account(session, creator_id=case.creator_id)
        typer.echo(
            f"{case.number}  {case.state}  {account.nickname}（@{account.handle}，{account.followers:,} 粉丝）"
        )
        typer.echo(f"原因：{case.reason}")
        for message in support.messages(session, conversation_id=case.conversation_id):
            typer.echo(f"{message.speaker:9s} {support.words_of(message)}")
            for file in support.files_of(message):
                found = uploads.find(session, upload_id=file.id, creator_id=case.creator_id)
                typer.echo(f"{'':9s}   {found.path if found else 'deleted with age'}")


@cases_commands.command("reply")
def reply_to_case(
    number: Number,
    text: str,
    *,
    agent: Annotated[str, typer.Option(help="Who speaks; your login name unless given.")] = "",
) -> None:
    """Answer the creator; from then on the assistant is silent until the case is resolved."""
    from tools.support import cases

    if not text.strip():
        raise OperatorError("an empty reply is not sent")
    with opened_app() as app, app.database.writing() as session:
        name = agent or getpass.getuser()
        cases.say(session, number=number, agent=name, text=text.strip(), now=app.clock())
    typer.echo("sent")


@cases_commands.command("resolve")
def resolve_case(number: Number) -> None:
    """Close the case: the assistant answers again."""
    from tools.support import cases

    with opened_app() as app, app.database.writing() as session:
        cases.resolve(session, number=number, now=app.clock())
    typer.echo("resolved")
