"""A shard of a scan: each work compared with the originals in its own transaction, so that nothing is done twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tools.detection.videos import queries, service
from tools.detection.videos.checking import Checker, Chosen, Matched
from tools.kernel.db import Database


def check_shard(database: Database, checker: Checker, *, scan: int, shard: int, now: datetime) -> None:
    """Compare what is left of the shard; a worker that is killed leaves at most one work to be compared again."""
    with database.reading() as session:
        asked = queries.scan(session, scan)
        waiting = queries.not_checked(session, scan_id=scan, shard=shard)
    assert asked is not None, "a shard's request commits with its scan"
    among = None if asked.originals is None else Chosen(scan, tuple(asked.originals))
    for work, path in waiting:
        checked = checker.check(path, among=among)
        matches = _with_evidence(database, work, _wanted(checked.matches, asked.originals))
        with database.writing() as session:
            for match in matches:
                service.note_match(session, work_id=work, matched=match, now=now)
            fault = checked.fault.line if checked.fault else None
            service.mark_checked(session, scan=scan, work=work, fault=fault, now=now)


def _wanted(matches: Sequence[Matched], originals: Sequence[str] | None) -> list[Matched]:
    return [match for match in matches if originals is None or match.original in originals]


def _with_evidence(database: Database, work: int, matches: list[Matched]) -> list[Matched]:
    """Return the matches, with pictures where a report will want them: drawn outside the transaction that writes."""
    with database.reading() as session:
        wanted = [service.needs_evidence(session, work_id=work, matched=match) for match in matches]
    return [
        replace(match, verdict=match.draw()) if draw else match
        for match, draw in zip(matches, wanted, strict=True)
    ]
