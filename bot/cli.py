"""The command `guanghe`: its parts put together, and the one edge where an operator's error becomes a line."""

import logging
import sys
import warnings

import typer

from bot.commands import (
    activities,
    agents,
    curves,
    detect,
    followers,
    goods,
    measure,
    operate,
    orders,
    payout,
    people,
    policies,
    precheck,
    reports,
    run,
    standings,
    star,
    talk,
    tokens,
)
from knowledge.embed import EmbeddingError
from knowledge.measure import MeasureError
from knowledge.read import PolicyError
from knowledge.vectors import StoreError
from tools.kernel.errors import OperatorError, Refusal

cli = typer.Typer(
    name="guanghe",
    help="光合助手: the assistant that a short-video platform gives its creators.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for part in (
    talk.commands,
    operate.commands,
    curves.commands,
    payout.commands,
    people.commands,
    agents.commands,
    star.commands,
    followers.commands,
    goods.commands,
    activities.commands,
    orders.commands,
    reports.commands,
    detect.commands,
    policies.commands,
    precheck.commands,
    standings.commands,
    tokens.commands,
    run.commands,
    measure.commands,
):
    cli.add_typer(part)


def main() -> None:
    """Run the command; bad input is one line on stderr and exit code 1, a usage error 2."""
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    warnings.simplefilter("ignore", DeprecationWarning)
    try:
        cli()
    except (OperatorError, Refusal, PolicyError, StoreError, EmbeddingError, MeasureError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("interrupted")
    except OSError as error:
        _fail(str(error))
    except Exception as error:
        if not (reason := _storage_fault(error)):
            raise
        _fail(f"the database refused: {reason}")


def _storage_fault(error: Exception) -> str:
    """Return what the database itself said, empty when the error is not its."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - `--help` needs no database

    return str(error.orig).strip().splitlines()[0] if isinstance(error, DBAPIError) else ""


def _fail(line: str) -> None:
    print(f"guanghe: {line}", file=sys.stderr)  # noqa: T201 - this is the command's own edge
    raise SystemExit(1)
