"""The people of the desk: accounts, hours, and who serves whom. Passwords come from a prompt or from stdin, never from arguments."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.commands.opening import opened_app
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from tools.support.agents import WeeklyShift

_Kind = TypeVar("_Kind", bound=StrEnum)

agents_commands = typer.Typer(
    help="People of the desk: accounts, passwords, shifts, specialists.", no_args_is_help=True
)
commands = typer.Typer()
commands.add_typer(agents_commands, name="agents")

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?@(?P<from>\d{2}:\d{2})-(?P<until>\d{2}:\d{2})", re.ASCII
)
_LONGEST_LINE = 1_000

Login = Annotated[str, typer.Argument(help="The login, for example xiaolin.")]
Stdin = Annotated[bool, typer.Option("--stdin", help="Read the password from stdin instead of asking.")]


@agents_commands.command("add")
def add_agent(
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="The name that creators and colleagues read.")],
    role: Annotated[list[str], typer.Option(help="agent, lead, reviewer or admin; may be repeated.")],
    skill: Annotated[
        list[str] | None,
        typer.Option(help="payout, copyright, live, commerce, account or policy; may be repeated."),
    ] = None,
    team: Annotated[str, typer.Option(help="The team whose queue they serve.")] = "",
    stdin: Stdin = False,
) -> None:
    """Add an account."""
    from tools.support import agents
    from tools.support.skills import Skill

    roles = [_one_of(agents.Role, each) for each in role]
    skills = [_one_of(Skill, each) for each in skill or ()]
    password = _password(stdin=stdin)
    with opened_app() as app, app.database.writing() as session:
        agents.add_agent(
            session,
            login=login,
            name=name,
            password=password,
            roles=roles,
            skills=skills,
            team=team or agents.COMMON_TEAM,
            now=app.clock(),
        )
    typer.echo(f"added {login}")


@agents_commands.command("list")
def list_agents() -> None:
    """Print every account with its roles, skills, team and shifts."""
    from tools.support import agents

    with opened_app() as app, app.database.reading() as session:
        for account in agents.all_agents(session):
            agent = account.agent
            state = "disabled" if account.disabled_at else "away" if account.away else "active"
            roles, skills = ",".join(sorted(agent.roles)), ",".join(sorted(agent.skills)) or "-"
            hours = (
                " ".join(_shift_words(each) for each in agents.shifts_of(session, login=agent.login)) or "-"
            )
            typer.echo(f"{agent.login}  {agent.name}  {roles}  {skills}  {agent.team}  {state}  {hours}")


@agents_commands.command("disable")
def disable_agent(login: Login) -> None:
    """Take everything from an account at once; it stays for what it did."""
    from tools.support import agents

    with opened_app() as app, app.database.writing() as session:
        agents.disable(session, login=login, now=app.clock())
    typer.echo(f"disabled {login}")


@agents_commands.command("enable")
def enable_agent(login: Login) -> None:
    """Give a disabled account back."""
    from tools.support import agents

    with opened_app() as app, app.database.writing() as session:
        agents.enable(session, login=login, now=app.clock())
    typer.echo(f"enabled {login}")


@agents_commands.command("password")
def change_password(login: Login, *, stdin: Stdin = False) -> None:
    """Set a new password; every browser that was signed in with the old one is out."""
    from tools.support import agents

    password = _password(stdin=stdin)
    with opened_app() as app, app.database.writing() as session:
        agents.set_password(session, login=login, password=password, now=app.clock())
    typer.echo(f"changed the password of {login}")


@agents_commands.command("shifts")
def set_shifts(
    login: Login,
    shift: Annotated[
        list[str], typer.Argument(help="mon-fri@09:00-14:00 or sat@18:00-22:00; several a day may be given.")
    ],
) -> None:
    """Replace a person's weekly hours."""
    from tools.support import agents

    shifts = [one for text in shift for one in _shifts(text)]
    with opened_app() as app, app.database.writing() as session:
        agents.set_shifts(session, login=login, shifts=shifts)
    typer.echo(f"{login} works {len(shifts)} shifts a week")


@agents_commands.command("specialist")
def set_specialist(
    handle: Annotated[str, typer.Argument(help="The creator's handle.")],
    login: Annotated[str | None, typer.Argument(help="Who serves them; nobody when left out.")] = None,
) -> None:
    """Give a 光合优创 or 快手之星 creator a specialist of their own."""
    from tools.creators import service as creators
    from tools.support import agents

    with opened_app() as app, app.database.writing() as session:
        account = creators.find_account(session, handle=handle)
        if account is None:
            raise OperatorError(f"no creator has the handle {handle!r}")
        agents.assign_specialist(session, creator_id=account.id, login=login, now=app.clock())
    typer.echo(f"{handle} is served by {login or 'the common desk'}")


def _one_of(kind: "type[_Kind]", text: str) -> "_Kind":
    try:
        return kind(text)
    except ValueError as error:
        raise OperatorError(f"{text!r} is none of {', '.join(each.value for each in kind)}") from error


@agents_commands.command("telegram-code")
def telegram_code(login: Login) -> None:
    """Print a one-time code, valid ten minutes, that links the agent's Telegram account to the desk's group."""
    from tools.support.mirror import agent_links

    with opened_app() as app:
        with app.database.writing() as session:
            code = agent_links.issue_code(session, login=login, now=app.clock())
        typer.echo(f"{code}  (in the desk's group: /link {code})")


def _password(*, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline(_LONGEST_LINE).rstrip("\r\n")
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True, type=str)


def _shifts(text: str) -> "list[WeeklyShift]":
    from tools.support.agents import WeeklyShift

    found = _SHIFT.fullmatch(text.lower())
    last = (found["last"] or found["first"]) if found else ""
    if found is None or found["first"] not in _DAYS or last not in _DAYS:
        raise OperatorError(f"{text!r} is no shift: write mon-fri@09:00-14:00 or sat@18:00-22:00")
    first_day, last_day = _DAYS.index(found["first"]), _DAYS.index(last)
    days = [*range(first_day, last_day + 1)] or [*range(first_day, 7), *range(last_day + 1)]
    return [WeeklyShift(day, _minute(found["from"]), _minute(found["until"])) for day in days]


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    if int(minutes) >= 60:  # noqa: PLR2004 - an hour has so many
        raise OperatorError(f"{clock!r} is no time of a day")
    return 60 * int(hours) + int(minutes)


def _shift_words(shift: "WeeklyShift") -> str:
    starts, ends = (
        f"{minute // 60:02d}:{minute % 60:02d}" for minute in (shift.starts_minute, shift.ends_minute)
    )
    return f"{_DAYS[shift.weekday]}@{starts}-{ends}"
