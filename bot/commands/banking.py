"""What the platform's operators do with payouts: figures, deliveries and accounts in, holds, the bank's file held against ours."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import opened_app, print_json
from bot.commands.operate import day_of
from tools.kernel.errors import OperatorError

commands = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Handle = Annotated[str, typer.Argument(help="The creator's handle.")]


@commands.command("drama")
def import_drama(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", help="Columns work,day,effective_plays,fraud_plays: a row an episode and day."
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Load the effective plays of short dramas, all or nothing; a day that is there already gets the new figures."""
    from tools.payout import drama_service

    with opened_app() as app, app.database.writing() as session:
        done = drama_service.import_days(session, path=file, on=app.today())
    if as_json:
        print_json(asdict(done))
        return
    typer.echo(f"{done.new} days new, {done.changed} changed, {done.unchanged} unchanged")


@commands.command("deliveries")
def import_deliveries(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns coupon,day,impressions,plays: a row a used coupon (LQ000012) and day, plays that it brought.",
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Load what the recommendation system delivered of traffic coupons, all or nothing; again changes nothing.

    A coupon's day that is there already gets the new figures. The work's plays without the coupon are its own figures of
    the day less these.
    """
    from tools.payout import deliveries

    with opened_app() as app, app.database.writing() as session:
        done = deliveries.import_deliveries(session, path=file, on=app.today())
    if as_json:
        print_json(asdict(done))
        return
    typer.echo(f"{done.new} days new, {done.changed} changed, {done.unchanged} unchanged")


@commands.command("drama-level")
def rate_drama(
    handle: Handle,
    series: Annotated[str, typer.Argument(help="The series' name.")],
    level: Annotated[str, typer.Argument(help="S+, S, A, P, or stopped.")],
    *,
    since: Annotated[str, typer.Option("--from", help="The first day of the level, YYYY-MM-DD.")],
) -> None:
    """Give a series a level from a day on; the next daily run makes its shares right."""
    from tools.payout import drama_service
    from tools.payout.drama_rules import Level

    known = [each.value for each in Level]
    if level not in known:
        raise OperatorError(f"no level {level!r}; there are {', '.join(known)}")
    day = day_of(since, option="--from")
    with opened_app() as app, app.database.writing() as session:
        drama_service.rate(session, handle=handle, series=series, level=Level(level), from_day=day)
    typer.echo(f"{series} is {level} from {day} on")


@commands.command("accounts")
def import_accounts(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns creator,account,words: a handle, the payment service's token of the bank account, and the words "
            "that the creator knows it by.",
        ),
    ],
) -> None:
    """Load where creators' money goes, all or nothing."""
    from tools.payout import withdrawal_service

    with opened_app() as app, app.database.writing() as session:
        changed = withdrawal_service.import_accounts(session, path=file)
    typer.echo(f"{changed} accounts changed")


@commands.command("hold")
def hold(
    handle: Handle,
    reason: Annotated[str, typer.Argument(help="Why, in the words that the creator reads.")],
    *,
    amount: Annotated[str, typer.Option(help="Yuan; everything unless given.")] = "",
) -> None:
    """Freeze a creator's money until `release`; the creator is told the reason."""
    from tools.kernel.money import AmountError, parse_yuan
    from tools.payout import withdrawal_service

    try:
        amount_fen = parse_yuan(amount) if amount else None
    except AmountError as error:
        raise OperatorError(f"--amount: {error}") from error
    with opened_app() as app, app.database.writing() as session:
        number = withdrawal_service.hold(
            session, handle=handle, amount_fen=amount_fen, reason=reason, now=app.clock()
        )
    typer.echo(f"hold {number}")


@commands.command("release")
def release(number: Annotated[int, typer.Argument(help="The hold's number.")]) -> None:
    """Let held money go."""
    from tools.payout import withdrawal_service

    with opened_app() as app, app.database.writing() as session:
        released = withdrawal_service.release(session, hold_id=number, now=app.clock())
    typer.echo("released" if released else "was released before")


@commands.command("reconcile")
def reconcile(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help="The bank's file: reference,day,amount,status,reason."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Hold the bank's file against our books; exit code 1 when they differ."""
    from tools.payout.reconciliation import reconcile as compare

    with opened_app() as app, app.database.reading() as session:
        found = compare(session, path=file)
    if as_json:
        print_json(asdict(found))
    else:
        for line in found.differences:
            typer.echo(line)
        typer.echo(
            f"{found.lines} lines, {found.paid_fen} fen paid, {found.returned_fen} fen returned, "
            f"{len(found.differences)} differences"
        )
    if found.differences:
        raise typer.Exit(1)
