"""What the platform's operators hand in about goods."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import opened_app

if TYPE_CHECKING:
    from tools.commerce.goods.imports import Imported

commands = typer.Typer()
goods_commands = typer.Typer(
    help="Goods that creators may sell: what there is, what sold.", no_args_is_help=True
)
commands.add_typer(goods_commands, name="goods")

File = Annotated[Path, typer.Argument(metavar="FILE", help="A .csv or .parquet file.")]


@goods_commands.command("import")
def import_goods(file: File) -> None:
    """Store products by their codes: code, title, category, supplier, ships_from, price, commission, stock, samples, refund_rate, women, parents, young, months."""
    from tools.commerce.goods import imports

    with opened_app() as app, app.database.writing() as session:
        found = imports.import_products(session, file, now=app.clock())
    typer.echo(f"{_told(found)}; {found.delisted:,} taken down for returns, off {found.unshelved:,} shelves")


@goods_commands.command("sales")
def import_sales(file: File) -> None:
    """Store what is known of orders, and book their commissions: number, code, handle, quantity, paid, commission, bought_on, received_on, refunded_on."""
    from tools.commerce.goods import imports

    with opened_app() as app, app.database.writing() as session:
        found = imports.import_sales(session, file, now=app.clock())
    typer.echo(_told(found))


@goods_commands.command("clicks")
def import_clicks(file: File) -> None:
    """Store how often goods were opened: handle, code, day, clicks."""
    from tools.commerce.goods import imports

    with opened_app() as app, app.database.writing() as session:
        found = imports.import_clicks(session, file)
    typer.echo(_told(found))


@goods_commands.command("fans")
def import_fans(file: File) -> None:
    """Store who the fans of creators are: handle, women, parents, young, counted_on."""
    from tools.commerce.goods import imports

    with opened_app() as app, app.database.writing() as session:
        found = imports.import_fans(session, file)
    typer.echo(_told(found))


def _told(found: "Imported") -> str:
    return f"{found.new:,} new, {found.changed:,} changed, {found.unchanged:,} unchanged"
