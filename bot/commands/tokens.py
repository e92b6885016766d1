"""The tokens of the HTTP API: made, listed and revoked by operators."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from bot.commands.opening import opened_app, print_json
from tools.support.api.scopes import DEFAULT_RATE_PER_MINUTE, Scope

tokens_commands = typer.Typer(help="Tokens of the HTTP API: add, list, revoke.", no_args_is_help=True)
commands = typer.Typer()
commands.add_typer(tokens_commands, name="tokens")

Name = Annotated[str, typer.Argument(help="What the token is called, for example creator-app.")]


@tokens_commands.command("add")
def add_token(
    name: Name,
    *,
    scope: Annotated[
        list[Scope],
        typer.Option(
            help="What it may do; may be repeated. act: speak for creators; link: issue their linking codes; "
            "metrics: read /metrics from another machine."
        ),
    ],
    rate: Annotated[
        int, typer.Option(help="Requests a minute that it may make.", min=1, max=1_000_000)
    ] = DEFAULT_RATE_PER_MINUTE,
) -> None:
    """Make a token and print it: this one time, only its hash is kept."""
    from tools.support.api import tokens

    with opened_app() as app, app.database.writing() as session:
        made = tokens.add_token(session, name=name, scopes=scope, rate_per_minute=rate, now=app.clock())
    typer.echo(made)


@tokens_commands.command("list")
def list_tokens(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False
) -> None:
    """Print the tokens without what they are, revoked ones too."""
    from tools.support.api import tokens

    with opened_app() as app, app.database.reading() as session:
        found = tokens.tokens(session)
    for token in found:
        revoked = f"{token.revoked_at:%Y-%m-%d %H:%M}Z" if token.revoked_at else None
        made = f"{token.made_at:%Y-%m-%d %H:%M}Z"
        scopes = [scope.value for scope in token.scopes]
        if as_json:
            print_json(
                {
                    "name": token.name,
                    "scopes": scopes,
                    "rate": token.rate_per_minute,
                    "made": made,
                    "revoked": revoked,
                }
            )
        else:
            state = f"revoked {revoked}" if revoked else "in use"
            typer.echo(f"{token.name}  {','.join(scopes)}  {token.rate_per_minute}/min  made {made}  {state}")


@tokens_commands.command("revoke")
def revoke_token(name: Name) -> None:
    """End a token at once, and with it every creator's token that it has asked for."""
    from tools.support.api import tokens

    with opened_app() as app, app.database.writing() as session:
        tokens.revoke_token(session, name=name, now=app.clock())
    typer.echo("revoked")
