"""Who may use whose originals: licences, shared series, the platform's allow-list."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from bot.commands.opening import opened_app, print_json
from bot.commands.operate import day_of

commands = typer.Typer()

Since = Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")]
Until = Annotated[
    str, typer.Option("--until", help="The first day without it, YYYY-MM-DD; open unless given.")
]
Document = Annotated[str, typer.Option(help="Where the contract or decision is kept.")]


@commands.command("permit")
def permit(
    owner: Annotated[str, typer.Argument(help="The handle of the originals' author.")],
    licensee: Annotated[str, typer.Argument(help="The handle of whoever may use them.")],
    *,
    since: Since,
    document: Document,
    until: Until = "",
    work: Annotated[str, typer.Option(help="One work's public id instead of all.")] = "",
    series: Annotated[str, typer.Option(help="One series' name instead of all.")] = "",
) -> None:
    """Register a licence: what the licensee publishes on these days may show the owner's originals."""
    _permit(owner, licensee, since=since, until=until, document=document, work=work, series=series)


@commands.command("allow")
def allow(
    handle: Annotated[str, typer.Argument(help="The account, for example a news agency or an archive.")],
    *,
    since: Since,
    document: Document,
    until: Until = "",
) -> None:
    """Put an account on the allow-list: what it publishes on these days infringes nobody's originals."""
    _permit(None, handle, since=since, until=until, document=document)


@commands.command("permissions")
def permissions(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False
) -> None:
    """Print every permission with its number."""
    from tools.detection.videos import service

    with opened_app() as app, app.database.reading() as session:
        for row in service.permissions(session):
            if as_json:
                print_json(row)
                continue
            whose = f"@{row['owner']}" if row["owner"] else "everybody"
            what = row["work"] or row["series"] or "every original"
            until = f" until before {row['until']}" if row["until"] else ""
            typer.echo(
                f"{row['number']}  @{row['licensee']} may use {what} of {whose} from {row['from']}{until}  "
                f"{row['document']}"
            )


@commands.command("end-permission")
def end_permission(
    number: Annotated[int, typer.Argument(help="The permission's number.")],
    *,
    until: Annotated[str, typer.Option("--until", help="The first day without it; today unless given.")] = "",
) -> None:
    """Let a permission end; what was published before stays permitted."""
    from tools.detection.videos import service

    with opened_app() as app, app.database.writing() as session:
        day = day_of(until, option="--until") if until else app.today()
        service.end_permission(session, number=number, on=day)
    typer.echo(f"permission {number} holds until before {day}")


def _permit(
    owner: str | None,
    licensee: str,
    *,
    since: str,
    until: str,
    document: str,
    work: str = "",
    series: str = "",
) -> None:
    from tools.detection.videos import service

    starts_on = day_of(since, option="--from")
    ends_on = day_of(until, option="--until") if until else None
    with opened_app() as app, app.database.writing() as session:
        number = service.permit(
            session,
            owner=owner,
            licensee=licensee,
            work=work or None,
            series=series or None,
            starts_on=starts_on,
            ends_on=ends_on,
            document=document,
            now=app.clock(),
        )
    typer.echo(f"permission {number} is registered")
