"""A build in a process of its own, which kills itself (kill -9) at a chosen moment."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session
from typing_extensions import override

from tools.creators.curves import service
from tools.creators.curves.logs import open_log
from tools.kernel.db import Database, open_database


class Mortal(Database):
    """A database whose process dies in its transaction number `fatal`, before or after the commit."""

    def __init__(self, database: Database, *, fatal: int, committed: bool) -> None:
        super().__init__(database.engine)
        self._left, self._committed = fatal, committed

    @override
    @contextmanager
    def writing(self) -> Generator[Session]:
        with super().writing() as session:
            yield session
            session.flush()
            if self._left == 0 and not self._committed:
                os.kill(os.getpid(), signal.SIGKILL)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


def build_and_die(url: str, path: str, fatal: int, committed: bool) -> None:  # noqa: FBT001 - passed by position to a process
    """Build the log until the process dies."""
    database = Mortal(open_database(url), fatal=fatal, committed=committed)
    service.build(database, open_log(Path(path)))
