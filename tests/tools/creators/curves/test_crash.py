"""Builds die by kill -9; repeating them gives exactly the curves of one that lived."""

import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.processes import start
from tests.tools.creators.curves.building import build_and_die
from tests.tools.creators.curves.logs_of_tests import counted, write_log
from tests.tools.creators.curves.test_service import LOG, stored, wrong_totals
from tools.creators.curves import service
from tools.creators.curves.logs import open_log
from tools.creators.curves.models import CurveSource
from tools.creators.curves.rows import PARTS
from tools.kernel.db import Database


@pytest.mark.parametrize(("fatal", "done"), [(0, 0), (0, 1), (2, 3), (3, 3), (7, 7)])
def test_killed_build_is_finished_by_repeating_it(
    works: Database, tmp_path: Path, fatal: int, done: int
) -> None:
    path = write_log(tmp_path / "log.parquet", LOG * 3)
    url = works.engine.url.render_as_string(hide_password=False)

    arguments = (url, str(path), fatal, done > fatal)
    process = start(build_and_die, *arguments)
    process.join()
    with works.reading() as session:
        parts_done = session.scalar(select(CurveSource.parts_done)) or 0
    service.build(works, open_log(path))

    assert process.exitcode == -signal.SIGKILL
    assert parts_done == done < PARTS
    assert stored(works) == counted(LOG * 3)
    assert wrong_totals(works) == []
    assert service.build(works, open_log(path)).unchanged
