"""`python -m migrations.check`: fail when the migrations and the tables declared in code differ."""

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from migrations.run import migrate
from tools.kernel.db import Database, open_database
from tools.schema import metadata


def differences(database: Database) -> list[object]:
    """Return what a new migration would have to change, after all that exist have run."""
    migrate(database)
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def main() -> None:
    """Check on an empty SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'check.sqlite'}")
        found = differences(database)
        database.close()
    if found:
        sys.exit("the tables differ from the migrations:\n" + "\n".join(map(str, found)))


if __name__ == "__main__":
    main()
