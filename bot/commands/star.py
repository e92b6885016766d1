"""What the platform's operators do with Star applications and contracts."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from bot.commands.opening import opened_app
from bot.commands.operate import day_of
from tools.kernel.errors import OperatorError

commands = typer.Typer()
star_commands = typer.Typer(help="Star applications and contracts.", no_args_is_help=True)
commands.add_typer(star_commands, name="star")

Number = Annotated[str, typer.Argument(help="The application's number, for example KS-20220801-0001.")]


@star_commands.command("list")
def list_contracts(
    *, everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False
) -> None:
    """Print the applications and contracts, the oldest first."""
    from tools.creators import service as creators
    from tools.payout import star_service

    with opened_app() as app, app.database.reading() as session:
        for contract in star_service.all_contracts(session):
            if contract.state.is_open or everything:
                account = creators.account(session, creator_id=contract.creator_id)
                typer.echo(
                    f"{contract.number}  {contract.state:9s}  @{account.handle}  {account.followers:,} followers  "
                    f"applied {contract.applied_on}  {contract.agency or '-'}"
                )


@star_commands.command("screen")
def screen(
    number: Number,
    *,
    passed: Annotated[bool, typer.Option("--pass", help="The application is good.")] = False,
    reject: Annotated[str, typer.Option(help="Why not, in the words that the creator reads.")] = "",
) -> None:
    """Begin the screening, or with --pass or --reject REASON end it."""
    from tools.payout import star_service

    if passed and reject:
        raise OperatorError("--pass and --reject exclude each other")
    with opened_app() as app, app.database.writing() as session:
        if passed:
            made = star_service.pass_screening(session, number=number, now=app.clock())
        elif reject:
            made = star_service.reject(session, number=number, reason=reject, now=app.clock())
        else:
            made = star_service.begin_screening(session, number=number, now=app.clock())
    typer.echo(f"{made.number} is {made.state}")


@star_commands.command("sign")
def sign(
    number: Number,
    *,
    floor: Annotated[str, typer.Option(help="The guaranteed yuan of a month.")],
    since: Annotated[str, typer.Option("--from", help="The first day, the first of a month, YYYY-MM-DD.")],
    works: Annotated[int, typer.Option(help="Works that a month asks for.", min=0)] = 0,
    live_hours: Annotated[int, typer.Option(help="Live hours that a month asks for.", min=0, max=744)] = 0,
    impressions: Annotated[int, typer.Option(help="Impressions on the platform.", min=0)] = 0,
    outside: Annotated[int, typer.Option(help="Impressions on other platforms.", min=0)] = 0,
    planning: Annotated[int, typer.Option(help="Planning sessions.", min=0)] = 0,
    specialist: Annotated[str, typer.Option(help="The creator's own specialist.")] = "",
) -> None:
    """Sign the contract of an application that has passed."""
    from tools.kernel.money import AmountError, parse_yuan
    from tools.payout import star_service
    from tools.payout.star import StarTerms

    try:
        floor_fen = parse_yuan(floor)
    except AmountError as error:
        raise OperatorError(f"--floor: {error}") from error
    terms = StarTerms(
        day_of(since, option="--from"), floor_fen, works, live_hours * 3600, impressions, outside, planning,
        specialist,
    )  # fmt: skip
    with opened_app() as app, app.database.writing() as session:
        made = star_service.sign(session, number=number, terms=terms, now=app.clock())
    typer.echo(f"{made.number} is {made.state}, from {terms.starts_on} until before {terms.ends_on}")


@star_commands.command("use")
def use(
    number: Number,
    benefit: Annotated[str, typer.Argument(help="planning, impressions, or outside.")],
    amount: Annotated[int, typer.Argument(help="How much was used.", min=1)],
    *,
    note: Annotated[str, typer.Option(help="What for.")] = "",
) -> None:
    """Note a benefit that was used; impressions go to the creator's account."""
    from tools.payout import star_service
    from tools.payout.star import StarUseKind

    known = [kind.value for kind in StarUseKind]
    if benefit not in known:
        raise OperatorError(f"no benefit {benefit!r}; there are {', '.join(known)}")
    with opened_app() as app, app.database.writing() as session:
        kind = StarUseKind(benefit)
        made = star_service.use(session, number=number, kind=kind, amount=amount, note=note, now=app.clock())
    typer.echo(f"{made.number}: noted")


@star_commands.command("end")
def end(
    number: Number,
    reason: Annotated[str, typer.Argument(help="Why, in the words that the creator reads.")],
) -> None:
    """End a contract before its time, or one that was not signed."""
    from tools.payout import star_service

    with opened_app() as app, app.database.writing() as session:
        made = star_service.end(session, number=number, reason=reason, now=app.clock())
    typer.echo(f"{made.number} is {made.state}")
