"""What the workers do for original protection when somebody asks."""

from datetime import datetime
from functools import cache
from pathlib import Path

from tools.detection.videos import examining, scanning, service
from tools.detection.videos.checking import Checker
from tools.kernel.db import Database, Json
from tools.kernel.jobs import Task


def examine_report(database: Database, now: datetime, body: Json) -> None:
    """Compare what was reported with the original."""
    examining.examine(
        database, _checker(_home(database)), report_id=body["report"], upload=body["upload"], now=now
    )


def check_upload(database: Database, now: datetime, body: Json) -> None:
    """Compare a sent file with the sender's originals."""
    examining.check_upload(
        database, _checker(_home(database)), creator_id=body["creator"], upload=body["upload"], now=now
    )


def scan_shard(database: Database, now: datetime, body: Json) -> None:
    """Compare the works of a shard with the originals."""
    scanning.check_shard(database, _checker(_home(database)), scan=body["scan"], shard=body["shard"], now=now)


def _home(database: Database) -> Path:
    assert database.files is not None, "a worker's database knows its folder of files"
    return database.files


@cache
def _checker(home: Path) -> Checker:
    """Return this process's checker: its decoding processes live as long as the worker."""
    return Checker(home)


TASKS = (
    Task(examining.EXAMINE_TASK, examine_report),
    Task(examining.UPLOAD_TASK, check_upload),
    Task(service.SHARD_TASK, scan_shard),
)
