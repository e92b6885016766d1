"""The same curves as one Ibis expression, for engines that hold more rows than one machine (DuckDB, ClickHouse, …).

`guanghe curves sql` prints it in an engine's own SQL. Imported by nothing that answers a question: Ibis is slow to load.
"""

from typing import Any, cast

import ibis

from tools.kernel.errors import OperatorError

_engine = cast("Any", ibis)  # Any: its expressions are built dynamically, and its types do not follow them
LOGS = "playback_log"
DURATIONS = "work_duration"
_NUMBER = "int64"
_LOG_COLUMNS = {
    "work_id": _NUMBER,
    "viewer_id": _NUMBER,
    "day": "date",
    "start_s": _NUMBER,
    "end_s": _NUMBER,
    "liked_at_s": _NUMBER,
    "exited": "boolean",
}
_COUNTS = ("viewers", "likes", "exits", "replays")


def curves(logs: Any, durations: Any) -> Any:  # noqa: ANN401 - Ibis tables, see above
    """Return work_id, day, second, viewers, likes, exits and replays for every second of every work and day in the logs.

    `logs` has the columns of a playback log, works by number; `durations` has work_id and duration_seconds. The rows
    are taken as checked.
    """
    # Engines disagree about the widths of counts and differences: every number is cast to the same one.
    rows = logs.mutate(**{name: logs[name].cast(_NUMBER) for name in ("start_s", "end_s", "liked_at_s")})
    earlier = _engine.window(
        group_by=[rows.work_id, rows.day, rows.viewer_id],
        order_by=[rows.start_s, rows.end_s],
        rows=(None, -1),
    )
    # Sorted by start, what a row adds to what its viewer has seen begins after the furthest end before it.
    furthest = rows.end_s.max().over(earlier).cast(_NUMBER)
    rows = rows.mutate(added=_engine.greatest(rows.start_s, furthest.fill_null(-1) + 1))
    new = rows.filter(rows.added <= rows.end_s)
    liked, left = rows.filter(rows.liked_at_s.notnull()), rows.filter(rows.exited)
    changes = _engine.union(
        _changes(rows, rows.start_s, covering=1),
        _changes(rows, rows.end_s + 1, covering=-1),
        _changes(new, new.added, viewers=1),
        _changes(new, new.end_s + 1, viewers=-1),
        _changes(liked, liked.liked_at_s, likes=1),
        _changes(left, left.end_s, exits=1),
        _every_second(rows, durations),
    )
    names = ("covering", "viewers", "likes", "exits")
    by_second = changes.group_by("work_id", "day", "second").aggregate(
        **{name: changes[name].sum().cast(_NUMBER) for name in names}
    )
    until_now = _engine.window(
        group_by=[by_second.work_id, by_second.day], order_by=by_second.second, rows=(None, 0)
    )
    found = by_second.mutate(
        viewers=by_second.viewers.sum().over(until_now).cast(_NUMBER),
        covering=by_second.covering.sum().over(until_now).cast(_NUMBER),
    )
    found = found.mutate(replays=found.covering - found.viewers)
    # After the very end everybody has gone: that row only carries the last differences.
    joined = found.join(durations, "work_id")
    kept = joined.filter(joined.second <= joined.duration_seconds)
    return kept.select("work_id", "day", "second", *_COUNTS)


def _changes(rows: Any, second: Any, **counts: int) -> Any:  # noqa: ANN401 - Ibis tables, see above
    """Return how the counts change at a second, one row for each second with a change."""
    names = ("covering", "viewers", "likes", "exits")
    found = rows.select(work_id=rows.work_id.cast(_NUMBER), day=rows.day, second=second.cast(_NUMBER))
    grouped = found.group_by("work_id", "day", "second").aggregate(times=_wide(found.count()))
    return grouped.select(
        "work_id",
        "day",
        "second",
        **{name: (grouped.times * counts.get(name, 0)).cast(_NUMBER) for name in names},
    )


def _wide(value: Any) -> Any:  # noqa: ANN401 - Ibis values, see above
    """Return the number as 64 bits in the engine's own types too.

    Ibis takes a count or a literal for 64 bits and drops the cast to them, but ClickHouse has UInt64 and UInt8 there,
    and unites no columns of different types: the way over 32 bits keeps the cast.
    """
    return value.cast("int32").cast(_NUMBER)


def _every_second(rows: Any, durations: Any) -> Any:  # noqa: ANN401 - Ibis tables, see above
    """Return no change for each second of each work and day, so that seconds without a row are there too."""
    groups = rows.select(work_id=rows.work_id.cast(_NUMBER), day=rows.day).distinct()
    lengths = groups.join(durations, "work_id")
    seconds = lengths.select(
        "work_id", "day", second=_engine.range(0, lengths.duration_seconds.cast(_NUMBER) + 1).unnest()
    )
    nothing = _wide(_engine.literal(0, _NUMBER))
    return seconds.select(
        "work_id",
        "day",
        second=_wide(seconds.second),
        covering=nothing,
        viewers=nothing,
        likes=nothing,
        exits=nothing,
    )


def job_sql(*, dialect: str) -> str:
    """Return the job in an engine's SQL; raises OperatorError for an engine that Ibis does not know."""
    logs = _engine.table(_LOG_COLUMNS, name=LOGS)
    durations = _engine.table({"work_id": _NUMBER, "duration_seconds": _NUMBER}, name=DURATIONS)
    try:
        return str(_engine.to_sql(curves(logs, durations), dialect=dialect))
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise OperatorError(f"--dialect: no such engine: {dialect!r}") from error
