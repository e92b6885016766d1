"""How ranks come into the serving table: many plain rows through the driver."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

# board, place, rank, creator, value.
PlaceRow = tuple[int, int, int, int, int]

_COLUMNS = "board_id, place, rank, creator_id, value"


def insert_places(session: Session, rows: Sequence[PlaceRow]) -> None:
    """Store places; building an object for each would take longer than storing it."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # Any: psycopg's connection, which SQLAlchemy hands out untyped
        driver: Any = connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY board_place ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    statement = f"INSERT INTO board_place ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - our own columns
    connection.exec_driver_sql(statement, list(rows))
