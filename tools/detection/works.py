"""Anybody's works, for the queries of this room."""

from sqlalchemy import column, table

from tools.kernel.db import UtcDateTime

# Works belong to the creators room, which tells a creator about own works only: a link, or a copy, may be anybody's.
WORK = table(
    "work",
    column("id"),
    column("creator_id"),
    column("public_id"),
    column("title"),
    column("original"),
    column("series"),
    column("published_at", UtcDateTime()),
)
