"""Ten rules over two million creators, beside a plain scan of the same columns; one creator with every explanation."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp

from bot.measures.figure import Figure, figure, percentile
from tools.creators.fact_words import FACTS
from tools.creators.populations import FactTable, reach
from tools.kernel.rules.facts import Facts, FactType
from tools.kernel.rules.rule import Rule, read_rule
from tools.payout.eligibility import clause_words, evaluate, gap_words
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Term

_CREATORS = 2_000_000
_ROUNDS = 7
_EXPLAINED = 500
_SAMPLES = 3
# The programmes in force in the demo's summer, and tasks that ask for other bounds, to make ten.
_MORE_RULES = (
    "followers < 1000 && original_works_30d < 3",
    "followers >= 1000 && followers < 10000 && live_seconds_30d < 36000",
    "followers >= 10000 && original_works_30d < 8 && violations_180d == 0",
)
_ONE_CREATOR_LIMIT_MS = 1.0


def measure_eligibility() -> Iterator[Figure]:
    """Yield the pass over all creators beside the scan, and one creator's explanations beside the limit of 1 ms."""
    terms = [program.terms[-1] for program in packaged_programs()]
    rules = [*(term.eligibility.rule for term in terms), *(read_rule(text, FACTS) for text in _MORE_RULES)]
    table = synthetic_facts(_CREATORS, seed=1)
    evaluated, scanned = _side_by_side(table, rules)
    yield figure("eligibility.ten_rules", evaluated, unit="ms", limit=scanned, n=_CREATORS)
    explained = percentile(_explaining(table, terms), 0.5)
    yield figure(
        "eligibility.one_creator_p50", explained, unit="ms", limit=_ONE_CREATOR_LIMIT_MS, n=_EXPLAINED
    )


def synthetic_facts(creators: int, *, seed: int) -> FactTable:
    """Return facts of that many creators; follower counts spread evenly over their powers of ten."""
    # Only this measure needs them, and `guanghe measure --help` does not.
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    arrow: Any = pa  # Any: pyarrow ships no types
    draw = np.random.default_rng(seed)
    columns = {
        "followers": (10 ** draw.uniform(2, 7.5, creators)).astype(np.int64),
        "follower_growth_30d_bp": draw.integers(-800, 4_000, creators),
        "original_works_30d": draw.poisson(6, creators),
        "violations_90d": draw.poisson(0.1, creators),
        "violations_180d": draw.poisson(0.2, creators),
        "serious_violations_90d": draw.poisson(0.02, creators),
        "real_name_verified": draw.random(creators) < 0.9,  # noqa: PLR2004 - a share of the sample
        "live_seconds_30d": draw.integers(0, 200_000, creators),
        "drama_series_5_episodes": draw.poisson(0.05, creators),
        "shop_opened": draw.random(creators) < 0.2,  # noqa: PLR2004
        "shop_score_hundredths": draw.integers(300, 501, creators),
        "shop_days": draw.integers(0, 1_000, creators),
    }
    rows = arrow.array(np.arange(creators))
    return arrow.table(
        {
            "row": rows,
            "handle": rows.cast(arrow.string()),
            "creator": rows,
            **{name: columns[name] for name in FACTS},
        }
    )


def _side_by_side(table: FactTable, rules: list[Rule]) -> tuple[float, float]:
    """Return the best milliseconds of the whole evaluation and of the scan, taken in turns."""
    import duckdb  # noqa: PLC0415 - only this measure needs the engine

    asked = {fact.name: fact.type for rule in rules for fact in rule.facts}
    sums = [
        exp.func("count_if" if kind is FactType.BOOL else "sum", exp.column(name))
        for name, kind in asked.items()
    ]
    scan = exp.select(*sums).from_("creators").sql("duckdb")
    evaluated: list[float] = []
    scanned: list[float] = []
    with duckdb.connect() as connection:
        connection.register("creators", table)
        for _ in range(_ROUNDS):
            evaluated.append(_milliseconds(lambda: reach(table, rules, samples=_SAMPLES)))
            scanned.append(_milliseconds(lambda: connection.execute(scan).fetchall()))
    return min(evaluated), min(scanned)


def _explaining(table: FactTable, terms: list[Term]) -> list[float]:
    rows = table.slice(0, _EXPLAINED).select(list(FACTS)).to_pylist()

    def explain_all(facts: Facts) -> list[str]:
        return [
            gap_words(clause) or clause_words(clause)
            for term in terms
            for way in evaluate(term, facts).ways
            for clause in way.clauses
        ]

    return [_milliseconds(lambda facts=facts: explain_all(facts)) for facts in rows]


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - started)
