"""How a database means to run the statements that our code really sends."""

import re
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from tools.kernel.db import Database

Statement = tuple[str, object]


@contextmanager
def statements(database: Database) -> Generator[list[Statement]]:
    """Yield the SELECTs that are run meanwhile, with their parameters."""
    found: list[Statement] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def faults_of(
    database: Database, seen: Sequence[Statement], *, tables: Collection[str]
) -> dict[str, list[str]]:
    """Return the statements that read one of the tables otherwise than by a bounded piece of an index."""
    postgresql = database.engine.dialect.name == "postgresql"
    if postgresql:
        with database.writing() as session:
            session.execute(text("ANALYZE"))
    with database.reading() as session:
        if postgresql:
            # A small town fits a few pages: the planner is asked what it would do where reading all is no choice.
            session.execute(text("SET LOCAL enable_seqscan = off"))
        found = {
            statement: faults(session, statement, parameters, tables=tables) for statement, parameters in seen
        }
    return {statement: lines for statement, lines in found.items() if lines}


def faults(session: Session, statement: str, parameters: object, *, tables: Collection[str]) -> list[str]:
    """Return the steps of one statement's plan that read a table from end to end."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", cast("Any", parameters))
        return [row[3] for row in rows if re.fullmatch(rf"SCAN ({'|'.join(tables)})( .*)?", row[3])]
    explained: Any = connection.exec_driver_sql(
        f"EXPLAIN (FORMAT JSON) {statement}", cast("Any", parameters)
    ).scalar()
    return [f"{node}" for node in _nodes(explained[0]["Plan"]) if _reads_all(node, tables)]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _reads_all(node: dict[str, Any], tables: Collection[str]) -> bool:
    # A bitmap scan's condition stands at the index below it, which is a node without a relation's name.
    kind = node["Node Type"]
    if kind == "Bitmap Index Scan":
        return "Index Cond" not in node
    return node.get("Relation Name") in tables and kind != "Bitmap Heap Scan" and "Index Cond" not in node
