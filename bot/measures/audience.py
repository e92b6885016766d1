"""Whom one activity is meant for, among two million creators, beside a plain scan of the same columns."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from sqlglot import exp

from bot.measures.eligibility import synthetic_facts
from bot.measures.figure import Figure, figure
from tools.creators import populations
from tools.creators.populations import FactTable
from tools.kernel.rules.facts import FactType
from tools.kernel.rules.rule import Rule
from tools.notices.audience import audience_rule

_CREATORS: Final = 2_000_000
_ROUNDS: Final = 9
# What an activity asks for: enough followers, at work, no penalties; half of all are meant, and a sixtieth.
_RULES: Final = {
    "wide": "followers >= 10000 && original_works_30d >= 4 && violations_90d == 0",
    "narrow": "followers >= 1000000 && original_works_30d >= 10 && violations_180d == 0 && real_name_verified",
}


def measure_audience() -> Iterator[Figure]:
    """Yield for each rule how long its members' ids take, beside a scan of the columns that it reads (at most 3 times)."""
    table = synthetic_facts(_CREATORS, seed=1)
    for name, text in _RULES.items():
        found, scanned, members = _side_by_side(table, audience_rule(text))
        yield figure(f"audience.{name}", found, unit="ms", limit=scanned, n=members)


def _side_by_side(table: FactTable, rule: Rule) -> tuple[float, float, int]:
    """Return the best milliseconds of the evaluation and of the scan, taken in turns, and how many are members."""
    import duckdb  # noqa: PLC0415 - only this measure needs the engine

    columns = [
        exp.func("count_if" if fact.type is FactType.BOOL else "sum", exp.column(fact.name))
        for fact in rule.facts
    ]
    scan = exp.select(*columns, exp.func("sum", exp.column("creator"))).from_("creators").sql("duckdb")
    evaluated: list[float] = []
    scanned: list[float] = []
    with duckdb.connect() as connection:
        connection.register("creators", table)
        for _ in range(_ROUNDS):
            evaluated.append(_milliseconds(lambda: populations.members(table, rule)))
            scanned.append(_milliseconds(lambda: connection.execute(scan).fetchall()))
    return min(evaluated), min(scanned), len(populations.members(table, rule))


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - started)
