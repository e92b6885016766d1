"""What the platform's operators do: prepare, load, look up, check."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import opened_app, print_json, progress_bar
from bot.settings import load_settings
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.creators.generate import Generated
    from tools.creators.service import RowCounts
    from tools.payout.programs import Program

commands = typer.Typer()
creators_commands = typer.Typer(help="Accounts, works and daily metrics.", no_args_is_help=True)
programs_commands = typer.Typer(help="Incentive programmes.", no_args_is_help=True)
commands.add_typer(creators_commands, name="creators")
commands.add_typer(programs_commands, name="programs")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_PASSWORD = re.compile(r"(?<=[^:/]):[^:/@]*@")


@commands.command()
def init(
    *, demo: Annotated[bool, typer.Option("--demo", help="Load the demo platform too.")] = False
) -> None:
    """Migrate the database and ingest the policies; doing it again changes nothing."""
    from bot.app import prepare_app

    app, ingested = prepare_app(load_settings(), demo=demo)
    app.close()
    typer.echo(
        f"ready: {ingested.added} policies added, {ingested.updated} updated, {ingested.removed} removed, "
        f"{ingested.unchanged} unchanged"
    )


@commands.command()
def search(
    text: str,
    *,
    on: Annotated[str | None, typer.Option(help="The day asked, YYYY-MM-DD; today unless given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the clauses that answer a question, as they stood on a day."""
    with opened_app() as app:
        day = day_of(on, option="--on") if on else app.today()
        passages = app.policies.search(text, on=day)
    rows = [
        {
            "policy": found.clause.policy,
            "clause": found.clause.clause,
            "title": found.clause.title,
            "text": found.clause.text,
            "score": round(found.score, 4),
            "in_force_from": found.clause.in_force_from.isoformat(),
            "in_force_until": found.clause.in_force_until.isoformat()
            if found.clause.in_force_until
            else None,
            "source": found.clause.source.value,
        }
        for found in passages
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['score']:.3f}  《{row['title']}》{row['clause']}  {row['text']}")


@commands.command()
def audit(*, as_json: AsJson = False) -> None:
    """Check every invariant of every room; exit code 1 when one is broken."""
    from tools.catalog import all_invariants

    with opened_app() as app, app.database.reading() as session:
        found = [(invariant.name, list(invariant.violations(session))) for invariant in all_invariants()]
    if as_json:
        print_json([{"invariant": name, "holds": not broken, "violations": broken} for name, broken in found])
    else:
        for name, broken in found:
            typer.echo(f"{'broken' if broken else 'holds '} {name}")
            for line in broken:
                typer.echo(f"       {line}")
    if any(broken for _, broken in found):
        raise typer.Exit(1)


@commands.command()
def settings() -> None:
    """Print every setting with its value; secrets are masked."""
    loaded = load_settings()
    for name, field in type(loaded).model_fields.items():
        value = str(getattr(loaded, name) or "")
        typer.echo(f"GUANGHE_{name.upper()}={_PASSWORD.sub(':***@', value)}  # {field.description}")


@creators_commands.command("import")
def import_creators(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of CSV or Parquet exports.")],
) -> None:
    """Load the platform's exports, all or nothing; loading them again changes nothing."""
    from tools.creators.service import import_exports

    with opened_app() as app, app.database.writing() as session:
        counts = import_exports(session, folder=folder)
    _print_counts("imported", counts)


@creators_commands.command("generate")
def generate_creators(
    *,
    creators: Annotated[int, typer.Option(help="How many accounts.", min=1)],
    seed: Annotated[int, typer.Option(help="The same seed makes the same platform.")] = 1,
    days: Annotated[int, typer.Option(help="Days of metrics before today.", min=1, max=400)] = 35,
    out: Annotated[
        Path | None, typer.Option(help="Write the exports that `import` reads to this folder instead.")
    ] = None,
) -> None:
    """Make a synthetic platform of any size, for trials and measurements."""
    from tools.creators.generate import Format, generate, write_export

    if out is not None:
        with opened_app() as app:
            on = app.today()
        written = write_export(
            out, creators=creators, seed=seed, on=on, days=days, file_format=Format.PARQUET
        )
        _print_counts("written", written)
        return

    with (
        opened_app() as app,
        app.database.writing() as session,
        progress_bar("creators", creators) as advance,
    ):
        made = generate(session, creators=creators, seed=seed, on=app.today(), days=days, progress=advance)
    _print_counts("generated", made)


@creators_commands.command("link-code")
def link_code(handle: Annotated[str, typer.Argument(help="The creator's handle.")]) -> None:
    """Issue a one-time code, as the creator's app does, to link a messenger account with /link CODE."""
    from tools.creators import service

    with opened_app() as app, app.database.writing() as session:
        account = service.find_account(session, handle=handle)
        if account is None:
            raise OperatorError(f"no creator has the handle {handle!r}")
        typer.echo(service.issue_link_code(session, creator_id=account.id, now=app.clock()))


@programs_commands.command("check")
def check_programs(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Programme files; the packaged ones unless given."),
    ] = None,
) -> None:
    """Validate programme files and the policy clauses that they name; exit code 1 at a fault.

    Says what each budget holds, and from when a changed amount counts.
    """
    from knowledge.read import PACKAGED_POLICIES, read_policies
    from tools.payout.program_files import PACKAGED_PROGRAMS, check_folder

    found = check_folder(folder or PACKAGED_PROGRAMS, policies=read_policies(PACKAGED_POLICIES))
    for fault in found.faults:
        typer.echo(fault, err=True)
    if found.faults:
        raise typer.Exit(1)
    typer.echo(
        f"{len(found.programs)} programmes, {sum(len(program.terms) for program in found.programs)} terms: no fault"
    )
    _print_budgets(found.programs)


@programs_commands.command("eligible")
def eligible(*, as_json: AsJson = False) -> None:
    """Evaluate every programme over every creator."""
    from tools.payout.service import eligible_of_all

    with opened_app() as app, app.database.reading() as session:
        counts = eligible_of_all(session, on=app.today())
    if as_json:
        print_json([asdict(count) for count in counts])
        return
    for count in counts:
        state = "in force" if count.in_force else "not in force"
        typer.echo(
            f"{count.program:10s} {count.name}  {count.eligible} of {count.creators} creators, {state}"
        )


def _print_budgets(programs: "Sequence[Program]") -> None:
    from tools.kernel.money import yuan
    from tools.payout.programs import Per

    budgets = {program.budget.pool: program.budget for program in programs if program.budget is not None}
    for budget in budgets.values():
        amounts = [
            words
            for amount, words in (
                (budget.cash_fen, f"{yuan(budget.cash_fen)} yuan"),
                (budget.impressions, f"{budget.impressions:,} impressions"),
            )
            if amount
        ]
        period = "once" if budget.per is Per.ONCE else f"a {budget.per}"
        typer.echo(f"budget {budget.pool}: {' and '.join(amounts)} {period}")
    typer.echo(
        "A budget that is open gets a raised amount with the worker's next hour or `guanghe payout raise-budgets`; a cut "
        "counts from the next period on, for one that is there once never."
    )


def _print_counts(done: str, counts: "RowCounts | Generated") -> None:
    typer.echo(f"{done} " + ", ".join(f"{count} {name}" for name, count in asdict(counts).items()))


def day_of(text: str, *, option: str) -> date:
    """Return the day that an option's text means; raises OperatorError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{option}: not a day as YYYY-MM-DD: {text!r}") from None
