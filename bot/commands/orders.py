"""What the platform's operators do with brand orders and paid courses."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import opened_app
from tools.kernel.errors import OperatorError

commands = typer.Typer()
order_commands = typer.Typer(help="Brands' briefs and creators' orders.", no_args_is_help=True)
course_commands = typer.Typer(help="Paid courses.", no_args_is_help=True)
commands.add_typer(order_commands, name="orders")
commands.add_typer(course_commands, name="courses")

Number = Annotated[str, typer.Argument(help="The order's number, for example SD-20220812-0001.")]
Key = Annotated[str, typer.Argument(help="The brief's key, for example BF-2208001.")]


@order_commands.command("import")
def import_briefs(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns key,brand,title,wants,category,audience,kind,budget,price,ceiling,deadline,forbidden.",
        ),
    ],
) -> None:
    """Store brands' briefs, and pay their budgets into the ledger; nothing is stored before the whole file is checked.

    `audience` is a rule over creator facts as in programme files, `kind` is fixed, bid or effect, `forbidden` holds
    wordings with | between them.
    """
    from tools.commerce.orders.briefs_file import import_briefs

    with opened_app() as app, app.database.writing() as session:
        done = import_briefs(session, path=file, now=app.clock())
    typer.echo(f"{done.new} new, {done.unchanged} unchanged")


@order_commands.command("list")
def list_orders() -> None:
    """Print every order, the oldest first."""
    from tools.commerce.orders import queries, service
    from tools.creators import service as creators
    from tools.kernel.money import yuan

    with opened_app() as app, app.database.reading() as session:
        for row in queries.all_orders(session):
            account = creators.account(session, creator_id=row.creator_id)
            brief = service.brief_of(session, row)
            typer.echo(
                f"{row.number}  {row.state:9s}  {brief.key}  @{account.handle}  price {yuan(row.price_fen)}  "
                f"paid {yuan(row.paid_fen)}"
            )


@order_commands.command("recommend")
def recommend(
    key: Key,
    *,
    top: Annotated[int, typer.Option(help="How many creators.", min=1, max=100)] = 10,
    invite: Annotated[bool, typer.Option("--invite", help="Invite them, too.")] = False,
) -> None:
    """Print the creators that a brief fits best, 光合优创 first, each with why."""
    from tools.commerce.orders import brand_side

    with opened_app() as app, app.database.writing() as session:
        for found in brand_side.recommend(session, key=key, on=app.today(), top=top):
            typer.echo(
                f"@{found.handle}  {'优创' if found.candidate.chosen else '-'}  {found.fit.points}  {'；'.join(found.fit.reasons)}"
            )
            if invite:
                brand_side.invite(session, key=key, creator_id=found.creator_id, now=app.clock())


@order_commands.command("place")
def place(number: Number) -> None:
    """Take a creator's quote: they have 48 hours to accept."""
    from tools.commerce.orders import brand_side

    with opened_app() as app, app.database.writing() as session:
        row = brand_side.place(session, number=number, now=app.clock())
    typer.echo(f"{row.number} is {row.state}")


@order_commands.command("revise")
def revise(
    number: Number, wanted: Annotated[str, typer.Argument(help="What to change; the creator reads it.")]
) -> None:
    """Send the work back for a change."""
    from tools.commerce.orders import brand_side

    with opened_app() as app, app.database.writing() as session:
        row = brand_side.revise(session, number=number, wanted=wanted, now=app.clock())
    typer.echo(f"{row.number} is {row.state}")


@order_commands.command("approve")
def approve(number: Number) -> None:
    """Accept the work; a fixed or quoted price is settled at once."""
    from tools.commerce.orders import brand_side

    with opened_app() as app, app.database.writing() as session:
        row = brand_side.approve(session, number=number, now=app.clock())
    typer.echo(f"{row.number} is {row.state}")


@order_commands.command("decide")
def decide(
    number: Number,
    *,
    pay: Annotated[str, typer.Option(help="The yuan that the creator is paid, from 0 on.")],
    reason: Annotated[str, typer.Option(help="Why, in the words that the creator reads.")],
) -> None:
    """Decide a dispute."""
    from tools.commerce.orders import brand_side
    from tools.kernel.money import AmountError, parse_yuan

    try:
        fen = parse_yuan(pay)
    except AmountError as error:
        raise OperatorError(f"--pay: {error}") from error
    with opened_app() as app, app.database.writing() as session:
        row = brand_side.rule(session, number=number, fen=fen, reason=reason, now=app.clock())
    typer.echo(f"{row.number} is {row.state}")


@order_commands.command("close")
def close(key: Key) -> None:
    """Close a brief whose orders are over; the brand gets back what is left."""
    from tools.commerce.orders import brand_side
    from tools.kernel.money import yuan

    with opened_app() as app, app.database.writing() as session:
        left_fen = brand_side.close(session, key=key, now=app.clock())
    typer.echo(f"{key} is closed, {yuan(left_fen)} yuan went back")


@course_commands.command("list")
def list_courses() -> None:
    """Print the courses that wait for a review, the oldest first."""
    from tools.commerce.courses import service
    from tools.creators import service as creators

    with opened_app() as app, app.database.reading() as session:
        for row in service.waiting(session):
            account = creators.account(session, creator_id=row.creator_id)
            typer.echo(f"{row.id}  @{account.handle}  {row.title}")


@course_commands.command("review")
def review(
    course: Annotated[int, typer.Argument(help="The course's id, as `courses list` prints it.")],
    *,
    reject: Annotated[str, typer.Option(help="Why not, in the words that the creator reads.")] = "",
) -> None:
    """Publish a course that was handed in, or with --reject REASON send it back."""
    from tools.commerce.courses import service

    with opened_app() as app, app.database.writing() as session:
        row = service.review(session, course_id=course, reason=reject, now=app.clock())
    typer.echo(f"course {row.id} is {row.state}")


@course_commands.command("refund")
def refund(
    sale: Annotated[int, typer.Argument(help="The sale's id.")],
    *,
    pay: Annotated[str, typer.Option(help="The yuan that go back to the buyer; 0 refuses for good.")],
) -> None:
    """Decide a refund that the rule does not give."""
    from tools.commerce.courses import sales
    from tools.commerce.courses.states import SaleStepError
    from tools.kernel.money import AmountError, parse_yuan

    try:
        fen = parse_yuan(pay)
    except AmountError as error:
        raise OperatorError(f"--pay: {error}") from error
    with opened_app() as app, app.database.writing() as session:
        try:
            if fen:
                row = sales.grant_refund(session, sale_id=sale, fen=fen, now=app.clock())
            else:
                row = sales.refuse_refund(session, sale_id=sale, now=app.clock())
        except SaleStepError as error:
            raise OperatorError(f"sale {sale}: {error}") from error
    typer.echo(f"sale {row.id} is {row.state}")
