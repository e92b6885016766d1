"""Benchmark figures."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import print_json
from bot.settings import load_settings
from tools.kernel.errors import OperatorError

if TYPE_CHECKING:
    from bot.measures.figure import Figure

commands = typer.Typer()


def _chat() -> "Iterable[Figure]":
    from bot.measures.chat import measure_chat

    return measure_chat()


def _diagnosis() -> "Iterable[Figure]":
    from bot.measures.diagnosis import measure_diagnosis

    return measure_diagnosis()


def _curves() -> "Iterable[Figure]":
    from bot.measures.curves import measure_curves

    return measure_curves()


def _eligibility() -> "Iterable[Figure]":
    from bot.measures.eligibility import measure_eligibility

    return measure_eligibility()


def _grants() -> "Iterable[Figure]":
    from bot.measures.grants import measure_grants

    return measure_grants()


def _migration() -> "Iterable[Figure]":
    from bot.measures.migration import measure_migration

    return measure_migration()


def _leaderboard() -> "Iterable[Figure]":
    from bot.measures.leaderboard import measure_leaderboard

    return measure_leaderboard()


_MEASURES: "dict[str, Callable[[], Iterable[Figure]]]" = {
    "chat": _chat,
    "curves": _curves,
    "diagnosis": _diagnosis,
    "eligibility": _eligibility,
    "grants": _grants,
    "leaderboard": _leaderboard,
    "migration": _migration,
}
_RETRIEVAL = "retrieval"


@commands.command()
def measure(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME…]",
            help="chat, curves, diagnosis, eligibility, grants, leaderboard, migration, retrieval; all unless given.",
        ),
    ] = None,
    *,
    corpus: Annotated[
        Path | None, typer.Option(help='retrieval: passages, JSON lines {"id","text"}.')
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(help='retrieval: questions, JSON lines {"id","text","relevant":[…]}.')
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Print benchmark figures, each beside a limit or peer measured in the same run."""
    if names == [_RETRIEVAL]:
        _measure_retrieval(corpus, questions, as_json=as_json)
        return
    for name in names or list(_MEASURES):
        if name not in _MEASURES:
            known = ", ".join([*_MEASURES, _RETRIEVAL])
            raise OperatorError(f"nothing is measured under the name {name!r}; known are {known}")
        for found in _MEASURES[name]():
            if as_json:
                print_json(asdict(found))
            else:
                typer.echo(
                    f"{found.name:24s} {found.value:>10g} {found.unit:4s} beside {found.limit:g}, "
                    f"ratio {found.ratio:g}, n {found.n}"
                )


def _measure_retrieval(corpus: Path | None, questions: Path | None, *, as_json: bool) -> None:
    from knowledge.embed import load_embedding
    from knowledge.measure import measure_retrieval

    if corpus is None or questions is None:
        raise OperatorError("measure retrieval needs --corpus FILE and --questions FILE")
    embedding = load_embedding(load_settings().embedding or None)
    found = measure_retrieval(corpus=corpus, questions=questions, embedding=embedding)
    if as_json:
        print_json(found)
        return
    for way, figures in found.items():
        typer.echo(f"{way:7s} " + "  ".join(f"{name} {value:.4g}" for name, value in figures.items()))
