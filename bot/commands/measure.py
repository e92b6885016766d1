"""Benchmark figures."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import chain
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


def _detection(
    copies: Path | None = None, originals: Path | None = None, distractors: int = 1_000_000
) -> "Iterable[Figure]":
    from bot.measures.detection import measure_detection

    return measure_detection(copies=copies, originals=originals, distractors=distractors)


def _hostile() -> "Iterable[Figure]":
    from bot.measures.hostile import measure_hostile

    return measure_hostile()


def _leaderboard() -> "Iterable[Figure]":
    from bot.measures.leaderboard import measure_leaderboard

    return measure_leaderboard()


def _precheck() -> "Iterable[Figure]":
    from bot.measures.precheck_media import measure_precheck_media
    from bot.measures.precheck_text import measure_precheck_text

    yield from measure_precheck_text()
    yield from measure_precheck_media()


def _broadcast(*, real_rate: bool = False) -> "Iterable[Figure]":
    from bot.measures.broadcast import measure_broadcast

    return measure_broadcast(real_rate=real_rate)


def _messages() -> "Iterable[Figure]":
    from bot.measures.messages import measure_messages

    return measure_messages()


def _matching() -> "Iterable[Figure]":
    from bot.measures.audience import measure_audience
    from bot.measures.matching import measure_matching

    return chain(measure_matching(), measure_audience())


def _retrieval() -> "Iterable[Figure]":
    from bot.measures.retrieval import measure_retrieval_of_policies

    return measure_retrieval_of_policies()


def _routing() -> "Iterable[Figure]":
    from bot.measures.routing import measure_routing

    return measure_routing()


_RETRIEVAL = "retrieval"
_MEASURES: "dict[str, Callable[[], Iterable[Figure]]]" = {
    "broadcast": _broadcast,
    "chat": _chat,
    "curves": _curves,
    "detection": _detection,
    "diagnosis": _diagnosis,
    "eligibility": _eligibility,
    "grants": _grants,
    "hostile": _hostile,
    "leaderboard": _leaderboard,
    "matching": _matching,
    "messages": _messages,
    "migration": _migration,
    "precheck": _precheck,
    _RETRIEVAL: _retrieval,
    "routing": _routing,
}


@commands.command()
def measure(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME…]",
            help="broadcast, chat, curves, detection, diagnosis, eligibility, grants, hostile, leaderboard, matching, messages, migration, precheck, retrieval, routing; all unless given.",
        ),
    ] = None,
    *,
    corpus: Annotated[
        Path | None,
        typer.Option(help='retrieval: passages, JSON lines {"id","text"}; our policies unless given.'),
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(help='retrieval: questions, JSON lines {"id","text","relevant":[…]}.')
    ] = None,
    copies: Annotated[
        Path | None,
        typer.Option(help='detection: labels, JSON lines {"file","transform","originals":[…]}.'),
    ] = None,
    originals: Annotated[
        Path | None, typer.Option(help="detection: the folder of the originals of --copies.")
    ] = None,
    distractors: Annotated[
        int, typer.Option(help="detection: other originals in the index.", min=1)
    ] = 1_000_000,
    real_rate: Annotated[
        bool,
        typer.Option("--real-rate", help="broadcast: at Telegram's own 25 a second, about seven minutes."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Print benchmark figures, each beside a limit or peer measured in the same run."""
    if names == [_RETRIEVAL] and (corpus or questions):
        return _measure_retrieval(corpus, questions, as_json=as_json)
    measures = {
        **_MEASURES,
        "broadcast": lambda: _broadcast(real_rate=real_rate),
        "detection": lambda: _detection(copies, originals, distractors),
    }
    for name in names or list(_MEASURES):
        if name not in measures:
            known = ", ".join(_MEASURES)
            raise OperatorError(f"nothing is measured under the name {name!r}; known are {known}")
        _print(measures[name](), as_json=as_json)
    return None


def _print(figures: "Iterable[Figure]", *, as_json: bool) -> None:
    for found in figures:
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
        raise OperatorError("measure retrieval takes --corpus FILE and --questions FILE together, or neither")
    embedding = load_embedding(load_settings().embedding or None)
    found = measure_retrieval(corpus=corpus, questions=questions, embedding=embedding)
    if as_json:
        print_json(found)
        return
    for way, figures in found.items():
        typer.echo(f"{way:7s} " + "  ".join(f"{name} {value:.4g}" for name, value in figures.items()))
