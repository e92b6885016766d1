"""Random playback logs, and what they come to when every second is counted one by one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from pyarrow import parquet

arrow: Any = pa  # Any: pyarrow ships no types
files: Any = parquet

DURATIONS = {1: 1, 2: 7, 257: 30, 258: 3, 40: 12}
DAYS = (date(2022, 8, 13), date(2022, 8, 14), date(2022, 8, 20))


@dataclass(frozen=True)
class LogRow:
    work_id: int
    viewer_id: int
    day: date
    start_s: int
    end_s: int
    liked_at_s: int | None
    exited: bool


@dataclass(frozen=True)
class Second:
    viewers: int = 0
    likes: int = 0
    exits: int = 0
    replays: int = 0


@st.composite
def log_rows(draw: st.DrawFn) -> LogRow:
    work = draw(st.sampled_from(sorted(DURATIONS)))
    start, end = sorted((draw(st.integers(0, DURATIONS[work])), draw(st.integers(0, DURATIONS[work]))))
    return LogRow(
        work,
        draw(st.integers(-2, 5)),
        draw(st.sampled_from(DAYS)),
        start,
        end,
        draw(st.none() | st.integers(0, DURATIONS[work])),
        draw(st.booleans()),
    )


logs = st.lists(log_rows(), min_size=1, max_size=60)


def counted(rows: list[LogRow]) -> dict[tuple[int, date], list[Second]]:
    """Return every second of every work and day in the log, counted one by one."""
    found: dict[tuple[int, date], list[Second]] = {}
    groups: dict[tuple[int, date], list[LogRow]] = defaultdict(list)
    for row in rows:
        groups[row.work_id, row.day].append(row)
    for key, group in groups.items():
        seconds: list[Second] = []
        for second in range(DURATIONS[key[0]] + 1):
            covering = [row for row in group if row.start_s <= second <= row.end_s]
            viewers = len({row.viewer_id for row in covering})
            seconds.append(
                Second(
                    viewers,
                    sum(row.liked_at_s == second for row in group),
                    sum(row.exited and row.end_s == second for row in group),
                    len(covering) - viewers,
                )
            )
        found[key] = seconds
    return found


def write_log(path: Path, log: list[LogRow], *, rows_a_group: int = 20, **changes: Any) -> Path:  # noqa: ANN401 - columns of any type
    """Write a log as Parquet; `changes` replaces columns, None leaves one out."""
    names = ("work_id", "viewer_id", "day", "start_s", "end_s", "liked_at_s", "exited")
    columns: dict[str, Any] = {name: [getattr(row, name) for row in log] for name in names}
    columns["liked_at_s"] = arrow.array(columns["liked_at_s"], arrow.int64())
    columns |= changes
    table = arrow.table({name: column for name, column in columns.items() if column is not None})
    files.write_table(table, path, row_group_size=rows_a_group)
    return path
