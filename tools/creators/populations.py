"""All creators at once: their facts as a table, every programme's rule over it in one pass of DuckDB."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlglot import exp

from tools.creators.fact_words import FACTS
from tools.creators.service import Account, CreatorFacts
from tools.kernel.rules.facts import Fact, FactType, Value
from tools.kernel.rules.rule import Rule
from tools.kernel.rules.sql import Engine, completed, condition

if TYPE_CHECKING:
    import duckdb

# A batch of this size is read from the store and made a part of the table: memory beside the table stays small.
_ROWS_A_BATCH: Final = 10_000
_FIRST_ROWS: Final = 20_000
_TABLE = "creators"
_FACTS = "facts"
_CREATOR = "creator"
# The columns that come from the account, in their order, by its own names.
_OF_ACCOUNT: Final = ("handle", "id", "category", "city")


class FactTable(Protocol):
    """What is used of a pyarrow Table, which ships no types."""

    @property
    def num_rows(self) -> int:
        """How many rows it has."""
        ...

    def slice(self, offset: int, length: int) -> "FactTable":
        """Return a part of the rows without copying them."""
        ...

    def select(self, columns: list[str]) -> "FactTable":
        """Return some of the columns."""
        ...

    def to_pylist(self) -> list[dict[str, Value]]:
        """Return each row by the names of its columns."""
        ...


@dataclass(frozen=True, slots=True)
class Reach:
    """How many creators meet a rule, and the handles of the first of them."""

    creators: int
    samples: tuple[str, ...]


def fact_table(
    found: Iterable[tuple[Account, CreatorFacts]],
) -> FactTable:
    """Return a row for each creator: its place in the order given, handle, id, where it belongs, and a column for each fact."""
    # Arrow is 60 ms of every `guanghe ask` that does not need it.
    import pyarrow as pa  # noqa: PLC0415

    arrow: Any = pa  # Any: pyarrow ships no types
    types = {FactType.INT: arrow.int64(), FactType.BOOL: arrow.bool_(), FactType.STRING: arrow.string()}
    schema = arrow.schema(
        [
            arrow.field("row", arrow.int64()),
            arrow.field("handle", arrow.string()),
            arrow.field(_CREATOR, arrow.int64()),
            arrow.field("category", arrow.string()),
            arrow.field("city", arrow.string()),
            *(arrow.field(fact.name, types[fact.type]) for fact in FACTS.values()),
        ]
    )
    figures = attrgetter(*FACTS)
    rows, batches, row = iter(found), list[Any](), 0
    while batch := list(islice(rows, _ROWS_A_BATCH)):
        numbers = range(row, row + len(batch))
        row += len(batch)
        accounts = [[getattr(account, name) for account, _ in batch] for name in _OF_ACCOUNT]
        columns = zip(*(figures(facts) for _, facts in batch), strict=True)
        arrays = [
            arrow.array(values, field.type)
            for values, field in zip((numbers, *accounts, *columns), schema, strict=True)
        ]
        batches.append(arrow.RecordBatch.from_arrays(arrays, schema=schema))
    return arrow.Table.from_batches(batches, schema=schema)


def reach(table: FactTable, rules: Sequence[Rule], *, samples: int) -> list[Reach]:
    """Return how many rows meet each rule and the handles of the first; a NULL counts as the fact's default.

    The rows are counted in one pass for all rules; the samples are looked up until there are enough.
    """
    # The engine is 20 MB that only operators need.
    import duckdb  # noqa: PLC0415

    if not rules:
        return []
    with duckdb.connect() as connection:
        connection.register(_TABLE, table)
        counts: tuple[int, ...]
        [counts] = connection.execute(counting(rules)).fetchall()
        found = [()] * len(rules) if not samples else _samples(connection, table, rules, counts, samples)
    return [Reach(count, handles) for count, handles in zip(counts, found, strict=True)]


def members(table: FactTable, rule: Rule) -> list[int]:
    """Return the ids of the creators who meet the rule, in the table's order."""
    import duckdb  # noqa: PLC0415 - as above

    creator = exp.column(_CREATOR, quoted=True)
    found = exp.select(creator).from_(_source(rule.facts, keys=[_CREATOR]))
    statement = found.where(condition(rule, engine=Engine.DUCKDB)).sql(Engine.DUCKDB.value)
    with duckdb.connect() as connection:
        connection.register(_TABLE, table)
        # Any: numpy's arrays by the columns' names
        columns: dict[str, Any] = connection.execute(statement).fetchnumpy()
        return columns[_CREATOR].tolist()


def _samples(
    connection: "duckdb.DuckDBPyConnection",
    table: FactTable,
    rules: Sequence[Rule],
    counts: Sequence[int],
    samples: int,
) -> list[tuple[str, ...]]:
    """Return the handles of the first who meet each rule; most are among the first rows, which is quick to see."""
    found: list[tuple[str, ...]] = [()] * len(rules)
    for part in (table.slice(0, _FIRST_ROWS), table):
        short = [place for place, count in enumerate(counts) if len(found[place]) < min(count, samples)]
        if short:
            connection.register(_TABLE, part)
            [lists] = connection.execute(_sampling([rules[place] for place in short], samples)).fetchall()
            for place, handles in zip(short, lists, strict=True):
                found[place] = tuple(handles or ())
    return found


def counting(rules: Sequence[Rule]) -> str:
    """Return the statement that counts the rows of each rule."""
    asked = {fact.name: fact for rule in rules for fact in rule.facts}
    # Of no rows at all it is NULL.
    columns = [
        exp.func("coalesce", exp.CountIf(this=condition(rule, engine=Engine.DUCKDB)), exp.Literal.number(0))
        for rule in rules
    ]
    return exp.select(*columns).from_(_source(asked.values())).sql(Engine.DUCKDB.value)


def _sampling(rules: Sequence[Rule], samples: int) -> str:
    handle, row = exp.column("handle", quoted=True), exp.column("row", quoted=True)
    first = exp.Anonymous(this="min_by", expressions=[handle, row, exp.Literal.number(samples)])
    columns = [
        exp.Filter(this=first.copy(), expression=exp.Where(this=condition(rule, engine=Engine.DUCKDB)))
        for rule in rules
    ]
    asked = {fact.name: fact for rule in rules for fact in rule.facts}
    source = _source(asked.values(), keys=["handle", "row"])
    return exp.select(*columns).from_(source).sql(Engine.DUCKDB.value)


def _source(facts: Iterable[Fact], *, keys: Sequence[str] = ()) -> exp.Subquery:
    facts = list(facts)
    if not facts and not keys:
        # A rule that asks for nothing still counts rows.
        return (
            exp.select(exp.Literal.number(1)).from_(exp.to_identifier(_TABLE, quoted=True)).subquery(_FACTS)
        )
    return completed(facts, table=_TABLE, keys=keys).subquery(_FACTS)
