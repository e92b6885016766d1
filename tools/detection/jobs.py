"""What the workers do for original protection when somebody asks."""

import atexit
from datetime import datetime
from functools import cache

from tools.detection.videos import examining, scanning, service
from tools.detection.videos.checking import Checker
from tools.kernel.db import Database, Json
from tools.kernel.jobs import Task


def examine_report(database: Database, now: datetime, body: Json) -> None:
    """Compare what was reported with the original."""
    examining.examine(database, _checker(database), report_id=body["report"], upload=body["upload"], now=now)


def check_upload(database: Database, now: datetime, body: Json) -> None:
    """Compare a sent file with the sender's originals."""
    examining.check_upload(
        database, _checker(database), creator_id=body["creator"], upload=body["upload"], now=now
    )


def scan_shard(database: Database, now: datetime, body: Json) -> None:
    """Compare the works of a shard with the originals."""
    scanning.check_shard(database, _checker(database), scan=body["scan"], shard=body["shard"], now=now)


@cache
def _checker(database: Database) -> Checker:
    """Return this process's checker: its decoding processes live as long as the worker."""
    # Numba and OpenCV, which only a worker needs.
    from tools.detection.original_store import open_originals  # noqa: PLC0415

    checker = Checker(open_originals(database), home=database.files)
    atexit.register(checker.close)
    return checker


TASKS = (
    Task(examining.EXAMINE_TASK, examine_report),
    Task(examining.UPLOAD_TASK, check_upload),
    Task(service.SHARD_TASK, scan_shard),
)
