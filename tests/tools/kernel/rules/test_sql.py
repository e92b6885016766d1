"""The differential tests: one rule text has one meaning, whoever executes it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import celpy
import duckdb
import pyarrow as pa
import pytest
from celpy.adapter import json_to_cel
from celpy.evaluation import CELEvalError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from sqlglot import exp

from tests.tools.kernel.rules.rules_of_tests import FACTS, creators, rules
from tools.kernel.rules.facts import Facts, FactType
from tools.kernel.rules.rule import Rule, read_rule
from tools.kernel.rules.sql import Engine, completed, condition
from tools.kernel.rules.tree import Sign
from tools.kernel.rules.walk import holds

CEL: Any = celpy.Environment()  # Any: its trees come from lark without types
arrow: Any = pa  # Any: pyarrow ships no types
writer: Any = parquet
ARROW = {FactType.INT: arrow.int64(), FactType.BOOL: arrow.bool_(), FactType.STRING: arrow.string()}


def by_celpy(rule: Rule, found: Sequence[Facts]) -> list[bool]:
    """Ask the library; what it ends in an error for is not met."""
    program = CEL.program(CEL.compile(rule.text))
    answers: list[bool] = []
    for facts in found:
        known = {name: facts.get(name, fact.default) for name, fact in FACTS.items()}
        try:
            answers.append(
                bool(program.evaluate({name: json_to_cel(value) for name, value in known.items()}))
            )
        except CELEvalError:
            answers.append(False)
    return answers


def table_of(found: Sequence[Facts]) -> Any:  # noqa: ANN401 - as above
    """Return a row for each creator in its order, NULL where a fact is missing."""
    columns = {
        name: arrow.array([facts.get(name) for facts in found], ARROW[fact.type])
        for name, fact in FACTS.items()
    }
    return arrow.table({"row": arrow.array(range(len(found)), arrow.int64()), **columns})


def query(batch: Sequence[Rule], *, engine: Engine, source: exp.Expr | None = None) -> str:
    inner = completed(FACTS.values(), table="creators", keys=["row"])
    if source is not None:
        inner = inner.from_(source)
    answers = [exp.alias_(condition(rule, engine=engine), f"r{place}") for place, rule in enumerate(batch)]
    return exp.select(*answers).from_(inner.subquery("facts")).order_by(exp.column("row")).sql(engine.value)


def by_duckdb(rule: Rule, found: Sequence[Facts]) -> list[bool]:
    with duckdb.connect() as connection:
        connection.register("creators", table_of(found))
        rows = connection.execute(query([rule], engine=Engine.DUCKDB)).fetchall()
    return [answer for (answer,) in rows]


# Every pair of small numbers of both signs, and what the five signs can make of them.
PAIRS: list[Facts] = [
    {"followers": left, "growth_bp": right} for left in range(-7, 8) for right in range(-3, 4)
]
CALCULATIONS = [
    read_rule(f"followers {sign} growth_bp == {result}", FACTS) for sign in Sign for result in range(-3, 4)
]


class TestCondition:
    @settings(max_examples=150, deadline=None)
    @given(rules(), st.lists(creators(), min_size=1, max_size=6))
    def test_means_the_same_to_celpy_duckdb_and_the_walker(self, rule: Rule, found: list[Facts]) -> None:
        expected = by_celpy(rule, found)

        assert [holds(rule, facts) for facts in found] == expected
        assert by_duckdb(rule, found) == expected

    @pytest.mark.parametrize("rule", CALCULATIONS, ids=lambda rule: rule.text)
    def test_calculates_as_celpy_does(self, rule: Rule) -> None:
        expected = by_celpy(rule, PAIRS)

        assert [holds(rule, facts) for facts in PAIRS] == expected
        assert by_duckdb(rule, PAIRS) == expected

    @settings(
        max_examples=3,  # the first is always the simplest: sixty times one rule
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
        ],
    )
    @given(st.data())
    def test_means_the_same_to_clickhouse(self, tmp_path: Path, data: st.DataObject) -> None:
        # The engine takes seconds to start: imported by the one test that runs it, and asked once.
        import chdb  # noqa: PLC0415

        clickhouse: Any = chdb

        batch = [*CALCULATIONS, *(data.draw(rules()) for _ in range(60))]
        found = [*PAIRS, *(data.draw(creators()) for _ in range(40))]
        path = tmp_path / "creators.parquet"
        writer.write_table(table_of(found), path)
        source = exp.func("file", exp.Literal.string(str(path)), exp.Literal.string("Parquet"))

        text = query(batch, engine=Engine.CLICKHOUSE, source=source)
        answers = arrow.ipc.open_file(arrow.BufferReader(clickhouse.query(text, "Arrow").bytes())).read_all()

        for place, rule in enumerate(batch):
            expected = [holds(rule, facts) for facts in found]
            assert [bool(answer) for answer in answers.column(f"r{place}").to_pylist()] == expected, rule.text

    @pytest.mark.parametrize("engine", Engine)
    def test_keeps_what_a_text_says_inside_its_quotes(self, engine: Engine) -> None:
        rule = read_rule("""category == "x'; DROP TABLE creators; --" """, FACTS)

        assert condition(rule, engine=engine).sql(engine.value).endswith("'x''; DROP TABLE creators; --'")

    def test_guards_only_what_can_end_in_an_error(self) -> None:
        plain = read_rule("followers >= 10000 && verified", FACTS)
        calculated = read_rule("followers * 2 >= 10000", FACTS)

        assert "COALESCE" not in condition(plain, engine=Engine.DUCKDB).sql("duckdb")
        assert condition(calculated, engine=Engine.DUCKDB).sql("duckdb").startswith("COALESCE")
