"""What the policy team looks at: questions that no rule answered."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from datetime import timedelta
from typing import Annotated

import typer

from bot.commands.opening import opened_app, print_json

commands = typer.Typer()
policy_commands = typer.Typer(help="Rules, and questions without one.", no_args_is_help=True)
commands.add_typer(policy_commands, name="policies")


@policy_commands.command("unanswered")
def unanswered(
    *,
    days: Annotated[
        int, typer.Option(help="Questions asked in the last so many days.", min=1, max=3650)
    ] = 30,
    limit: Annotated[int, typer.Option(help="At most so many questions.", min=1, max=1000)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List questions that no rule answered, those asked most often first; personal data were never stored."""
    from tools.policies import service

    with opened_app() as app, app.database.reading() as session:
        since = app.clock() - timedelta(days=days)
        found = [
            {
                "text": row.text,
                "count": row.count,
                "best_score": round(row.best_score, 3),
                "first_at": row.first_at.isoformat(),
                "last_at": row.last_at.isoformat(),
            }
            for row in service.unanswered(session, since=since, limit=limit)
        ]
    for each in found:
        if as_json:
            print_json(each)
        else:
            typer.echo(f"{each['count']:>6}  {each['best_score']:.2f}  {each['text']}")
    if not found and not as_json:
        typer.echo(f"no question went unanswered in the last {days} days")
