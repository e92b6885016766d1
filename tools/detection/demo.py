"""The demo's infringement reports: yuanchuang against the impostor fangmao, one upheld, one under review."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.service import Account, WorkSummary
from tools.detection import queries, service
from tools.detection.service import State
from tools.detection.suspects import Suspect
from tools.kernel.period import PLATFORM_ZONE

_UPHELD_DAYS_AGO = 18
_REVIEWING_DAYS_AGO = 3


def load(session: Session, *, on: date) -> None:
    """Make the two reports exist; an account that has reported before is left as it is."""
    author = creators.find_account(session, handle="yuanchuang")
    impostor = creators.find_account(session, handle="fangmao")
    if author is None or impostor is None or service.reports(session, creator_id=author.id):
        return
    originals = [work for work in creators.works(session, creator_id=author.id, on=on) if work.original]
    copies = creators.works(session, creator_id=impostor.id, on=on)
    for days_ago, state in ((_UPHELD_DAYS_AGO, State.UPHELD), (_REVIEWING_DAYS_AGO, State.REVIEWING)):
        submitted_at = datetime.combine(on - timedelta(days=days_ago), time(9, 40), PLATFORM_ZONE)
        reported = [work for work in originals if work.published_at < submitted_at]
        if reported:
            copy = _copy_of(reported[0], [copy for copy in copies if copy.published_at < submitted_at])
            _store(session, author, impostor, work=reported[0], copy=copy, state=state, at=submitted_at)
            originals.remove(reported[0])


def _store(
    session: Session,
    author: Account,
    impostor: Account,
    *,
    work: WorkSummary,
    copy: WorkSummary | None,
    state: State,
    at: datetime,
) -> None:
    """Submit the report at that moment and bring it as far as the state."""
    url = f"https://www.kuaishou.com/short-video/{copy.public_id}" if copy else None
    filing = service.prepare(
        session,
        creator_id=author.id,
        work=work,
        suspect=Suspect(url, impostor.nickname),
        reason="画面和文案跟我的一模一样，只换了封面",
        on=at.date(),
    )
    number = service.submit(session, creator_id=author.id, filing=filing, now=at).number
    row = queries.report(session, creator_id=author.id, report_id=int(number.rpartition("-")[2]))
    assert row is not None
    row.state, row.accepted_at = state.value, at + timedelta(hours=20)
    if state is State.UPHELD:
        row.decided_at = at + timedelta(days=4, hours=5)
        row.note = "比对画面后认定为搬运，对方作品已下架。"
    session.flush()


def _copy_of(work: WorkSummary, copies: list[WorkSummary]) -> WorkSummary | None:
    """Return the impostor's work with the same title, else the newest of those given."""
    same = [copy for copy in copies if copy.title == work.title]
    return next(iter(same or copies), None)
