"""What people of the desk, and operators, do with 1V1 cases from a terminal."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import sys
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import opened_app
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tools.support.agents import Agent
    from tools.support.desk_views import HandOffCard, ThreadLine

cases_commands = typer.Typer(
    help="1V1 cases: read the queue, take, answer, resolve, count.", no_args_is_help=True
)
commands = typer.Typer()
commands.add_typer(cases_commands, name="cases")

Number = Annotated[str, typer.Argument(help="The case's number, for example C000001.")]
As = Annotated[str, typer.Option("--as", help="The login of who does it (`guanghe agents list`).")]


@cases_commands.command("list")
def list_cases() -> None:
    """Print the open cases, the longest waiting first, at most 200."""
    from tools.support import views

    with opened_app() as app, app.database.reading() as session:
        for case in views.open_cases(session):
            holder = case.holder.login if case.holder else "-"
            typer.echo(
                f"{case.number}  {case.state}  {case.tier}  {case.team}  {holder}  "
                f"{case.opened_at:%Y-%m-%d %H:%M}Z  {case.reason.words}：{case.reason_text}"
            )


@cases_commands.command("show")
def show_case(number: Number, *, login: As) -> None:
    """Print a case's hand-off card and what was said; who looked stands in the trail."""
    from tools.support import desk_views

    with opened_app() as app, app.database.writing() as session:
        agent = _agent(session, login)
        card = desk_views.card(session, agent=agent, number=number, now=app.clock(), on=app.today())
        _print_card(card)
        for line in desk_views.thread(session, agent=agent, number=number):
            _print_line(session, line, creator_id=card.case.creator_id)


@cases_commands.command("take")
def take_case(number: Number, *, login: As) -> None:
    """Take a queued case: from then on the assistant is silent until the case ends."""
    from tools.support import desk

    with opened_app() as app, app.database.writing() as session:
        desk.take(session, agent=_agent(session, login), number=number, now=app.clock())
    typer.echo("taken")


@cases_commands.command("reply")
def reply_to_case(number: Number, text: str, *, login: As) -> None:
    """Answer the creator; the first words in a queued case take it."""
    from tools.support import desk

    with opened_app() as app, app.database.writing() as session:
        agent = _agent(session, login)
        desk.say(session, agent=agent, number=number, text=text, key=uuid.uuid4().hex, now=app.clock())
    typer.echo("sent")


@cases_commands.command("resolve")
def resolve_case(number: Number, *, login: As) -> None:
    """End the case: the creator is asked for a rating, the assistant answers again."""
    from tools.support import desk

    with opened_app() as app, app.database.writing() as session:
        desk.resolve(session, agent=_agent(session, login), number=number, now=app.clock())
    typer.echo("resolved")


@cases_commands.command("sla")
def promises(
    *,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day; 30 days ago unless given.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day after the last; tomorrow unless given."),
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV, one row a team, agent and promise.")
    ] = False,
) -> None:
    """Print which share of the promises (first reply, next reply, resolution) was kept, by team and agent."""
    from tools.kernel.period import PLATFORM_ZONE
    from tools.support import figures

    with opened_app() as app, app.database.reading() as session:
        tomorrow = datetime.combine(app.today(), datetime.min.time()) + timedelta(days=1)
        ends = (until or tomorrow).replace(tzinfo=PLATFORM_ZONE)
        starts = (since or tomorrow - timedelta(days=30)).replace(tzinfo=PLATFORM_ZONE)
        if starts >= ends:
            raise OperatorError(f"--since {starts:%Y-%m-%d} is not before --until {ends:%Y-%m-%d}")
        shares = figures.promise_shares(session, since=starts, until=ends)
    if as_csv:
        sys.stdout.write(figures.shares_csv(shares))
        return
    for one in (*shares, *figures.by_team(shares)):
        typer.echo(
            f"{one.team}  {one.login or '*'}  {one.promise.words}  {one.met}/{one.count}  {one.share:.1%}"
        )


def _agent(session: "Session", login: str) -> "Agent":
    from tools.support import agents

    found = agents.find_agent(session, login=login)
    if found is None:
        raise OperatorError(f"nobody has the login {login!r}; `guanghe agents list` names them")
    return found


def _print_line(session: "Session", line: "ThreadLine", *, creator_id: int) -> None:
    """Print what was said, and where the files lie that came with it."""
    from tools.kernel import uploads
    from tools.kernel.agent_tool import Speaker
    from tools.support import service as support

    who = "note" if line.private else line.speaker.value
    name = f"（{line.agent_name}）" if line.agent_name else ""
    files = support.files_in(line.body) if line.speaker is Speaker.CREATOR else []
    said = "（已撤回）" if line.deleted_at else line.text
    typer.echo(f"{who:9s} {name}{' '.join((*(file.words for file in files), said)).strip()}")
    for file in files:
        found = uploads.find(session, upload_id=file.id, creator_id=creator_id)
        typer.echo(f"{'':9s}   {found.path if found else 'deleted with age'}")


def _print_card(card: "HandOffCard") -> None:
    case, account = card.case, card.account
    typer.echo(
        f"{case.number}  {case.state}  {account.nickname}（@{account.handle}，{account.followers:,} 粉丝）"
        f"  {case.tier.words}  {case.skill.words}  {case.team}"
    )
    for line in card.summary:
        typer.echo(line)
    for fact in card.facts:
        typer.echo(f"  {fact.label}：{fact.text}")
    for run in card.tools_run:
        typer.echo(f"  查过 {run.words} {run.args}")
    for citation in card.citations:
        typer.echo(f"  依据《{citation.title}》{citation.clause}")
    for clock in card.clocks:
        left = "暂停" if clock.paused else "已停" if clock.stopped_at else "进行中"
        late = "，已超时" if clock.breached else ""
        spent = timedelta(seconds=int(clock.spent.total_seconds()))
        typer.echo(f"  {clock.promise.words}：{spent} / {clock.target}，{left}{late}")
    typer.echo(f"  渠道：{card.channel}{'' if card.reachable else '（创作者下次打开时才看得到）'}")
