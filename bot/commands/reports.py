"""What the platform's reviewers do with infringement reports: the queue, a case, a decision, a work put back."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from bot.commands.opening import opened_app, print_json
from bot.commands.operate import day_of
from tools.kernel.errors import OperatorError

commands = typer.Typer()
reports_commands = typer.Typer(help="Infringement reports and appeals.", no_args_is_help=True)
commands.add_typer(reports_commands, name="reports")

Number = Annotated[str, typer.Argument(help="The case's number, for example QQ20220812-0002.")]
By = Annotated[str, typer.Option("--by", help="The reviewer's name; an appeal is decided by somebody else.")]
Reason = Annotated[str, typer.Option(help="Why, in the words that both sides read.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@reports_commands.command("queue")
def queue(*, as_json: AsJson = False, limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """Print what waits for a reviewer, what is due first at the top."""
    from tools.detection.reports import desk

    with opened_app() as app, app.database.reading() as session:
        waiting = desk.queue(session, on=app.today(), limit=limit)
        if as_json:
            for case in waiting:
                print_json(case.body)
            return
        for case in waiting:
            late = "  LATE" if case.overdue else ""
            verdict = f"  machine: {case.verdict}" if case.verdict else ""
            typer.echo(
                f"{case.number}  {case.state:10s}  {case.kind:13s}  due {case.due_on}{late}{verdict}  {case.about}"
            )


@reports_commands.command("show")
def show(number: Number, *, as_json: AsJson = False) -> None:
    """Print all of a case: the report, the log, appeals, notices."""
    from tools.detection.reports import desk

    with opened_app() as app, app.database.reading() as session:
        body = desk.case(session, number=number)
    if as_json:
        print_json(body)
        return
    lists = {name: body.pop(name) for name in ("steps", "appeals", "notices")}
    for name, value in body.items():
        if value not in (None, ""):
            typer.echo(f"{name}: {value}")
    for name, rows in lists.items():
        typer.echo(f"{name}:")
        for row in rows:
            typer.echo("  " + "  ".join(str(part) for part in row.values() if part not in (None, "")))


@reports_commands.command("accept")
def accept(number: Number, *, by: By) -> None:
    """Take a new report on: the first answer."""
    from tools.detection.reports import review

    with opened_app() as app, app.database.writing() as session:
        state = review.accept(session, number=number, by=by, now=app.clock())
    typer.echo(f"{number} is {state}")


@reports_commands.command("ask")
def ask(
    number: Number,
    what: Annotated[str, typer.Argument(help="What is missing, in the words that the reporter reads.")],
    *,
    by: By,
) -> None:
    """Ask the reporter for evidence."""
    from tools.detection.reports import review

    with opened_app() as app, app.database.writing() as session:
        state = review.ask(session, number=number, by=by, what=what, now=app.clock())
    typer.echo(f"{number} is {state}")


@reports_commands.command("decide")
def decide(
    number: Number,
    decision: Annotated[str, typer.Argument(help="uphold or reject, a report or an appeal against it.")],
    *,
    by: By,
    reason: Reason,
    copy: Annotated[str, typer.Option(help="The copy's work id, where the report does not say it.")] = "",
    account: Annotated[
        str, typer.Option(help="The impostor's handle, where the report does not say it.")
    ] = "",
    measure: Annotated[
        str, typer.Option(help="block, limit, pay or track, instead of what the original's owner chose.")
    ] = "",
    malicious: Annotated[bool, typer.Option("--malicious", help="The report was false on purpose.")] = False,
) -> None:
    """Decide a report, or the appeal against its decision; exactly one decision counts."""
    from tools.detection.reports import review
    from tools.detection.reports.kinds import Choice

    choices = [choice.value for choice in Choice]
    if measure and measure not in choices:
        raise OperatorError(f"no measure {measure!r}; there are {', '.join(choices)}")
    with opened_app() as app, app.database.writing() as session:
        match decision:
            case "uphold" if not malicious:
                state = review.uphold(
                    session,
                    number=number,
                    by=by,
                    reason=reason,
                    copy=copy,
                    account=account,
                    measure=Choice(measure) if measure else None,
                    now=app.clock(),
                )
            case "reject" if not (copy or account or measure):
                state = review.reject(
                    session, number=number, by=by, reason=reason, malicious=malicious, now=app.clock()
                )
            case "uphold" | "reject":
                raise OperatorError("--malicious goes with reject; --copy, --account, --measure with uphold")
            case _:
                raise OperatorError(f"no decision {decision!r}; there are uphold, reject")
    typer.echo(f"{number} is {state}")


@reports_commands.command("restore")
def restore(number: Number, *, by: By, reason: Reason) -> None:
    """Take an upheld report back, on appeal or because it was an obvious mistake; the work is shown again."""
    from tools.detection.reports import review

    with opened_app() as app, app.database.writing() as session:
        state = review.restore(session, number=number, by=by, reason=reason, now=app.clock())
    typer.echo(f"{number} is {state}")


@reports_commands.command("authorise")
def authorise(
    owner: Annotated[str, typer.Argument(help="The handle of the author.")],
    agent: Annotated[str, typer.Argument(help="The handle of whoever may report for the author.")],
    *,
    since: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")],
    until: Annotated[str, typer.Option("--until", help="The first day without it, YYYY-MM-DD.")],
    document: Annotated[str, typer.Option(help="Where the power of attorney is kept.")],
) -> None:
    """Register a power of attorney."""
    from tools.creators import service as creators
    from tools.detection.reports import review
    from tools.kernel.period import Period

    starts_on, ends_on = day_of(since, option="--from"), day_of(until, option="--until")
    if ends_on <= starts_on:
        raise OperatorError("--until must be after --from")
    with opened_app() as app, app.database.writing() as session:
        ids = creators.ids_of(session, handles=[owner, agent])
        if missing := [handle for handle in (owner, agent) if handle not in ids]:
            raise OperatorError(f"there is no account {missing[0]!r}")
        period = Period(starts_on, ends_on, "")
        review.authorise(session, owner=ids[owner], agent=ids[agent], period=period, document=document)
    typer.echo(f"@{agent} may report for @{owner} from {starts_on} until before {ends_on}")
