"""The demo's infringement reports: yuanchuang against the impostor fangmao, one at every stage that is worth seeing."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.service import Account, WorkSummary
from tools.detection import service
from tools.detection.reports import appeals, review
from tools.detection.reports.appeals import Evidence
from tools.detection.reports.kinds import Kind
from tools.detection.reports.states import State
from tools.detection.suspects import Suspect
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import service as notices
from tools.notices.topics import Topic

_REVIEWER = "林澜"


@dataclass(frozen=True, slots=True)
class _Story:
    """A report of so many days ago and the state that it has come to, decided so many days ago."""

    days_ago: int
    state: State
    decided_days_ago: int = 0


_STORIES = (
    _Story(18, State.UPHELD, 14),
    _Story(3, State.REVIEWING),
    # The impostor may still appeal this one.
    _Story(9, State.UPHELD, 3),
    _Story(16, State.APPEALED, 6),
    _Story(13, State.REJECTED, 4),
    _Story(5, State.NEEDS_EVIDENCE),
)


def load(session: Session, *, on: date) -> None:
    """Make the reports exist; an account that has reported before is left as it is."""
    author = creators.find_account(session, handle="yuanchuang")
    impostor = creators.find_account(session, handle="fangmao")
    if author is None or impostor is None or service.reports(session, creator_id=author.id):
        return
    originals = [work for work in creators.works(session, creator_id=author.id, on=on) if work.original]
    copies = {work.title: work for work in creators.works(session, creator_id=impostor.id, on=on)}
    for story in _STORIES:
        at = _moment(on, story.days_ago, time(9, 40))
        pairs = [(work, copies[work.title]) for work in originals if work.title in copies]
        for work, copy in pairs:
            if work.published_at < at and copy.published_at < at:
                _tell(session, author, impostor, story=story, work=work, copy=copy, on=on)
                originals.remove(work)
                break
    if author.real_name_verified:
        at = _moment(on, 1, time(20, 15))
        suspect = Suspect(None, impostor.nickname)
        filing = service.prepare(
            session, creator_id=author.id, work=None, suspect=suspect, reason="名字只差一个繁体字，头像也一样",
            kind=Kind.IMPERSONATION, on=at.date(),
        )  # fmt: skip
        service.submit(session, creator_id=author.id, filing=filing, now=at)
    # These words reached both of them when they were new.
    for notice in notices.unsent(session):
        if notice.topic is Topic.REPORT:
            notices.claim(session, notice=notice.id, now=notice.created_at)


def _tell(
    session: Session,
    author: Account,
    impostor: Account,
    *,
    story: _Story,
    work: WorkSummary,
    copy: WorkSummary,
    on: date,
) -> None:
    """Submit the report and bring it as far as the story goes."""
    at = _moment(on, story.days_ago, time(9, 40))
    filing = service.prepare(
        session,
        creator_id=author.id,
        work=work,
        suspect=Suspect(f"https://www.kuaishou.com/short-video/{copy.public_id}", impostor.nickname),
        reason="画面和文案跟我的一模一样，只换了封面",
        on=at.date(),
    )
    number = service.submit(session, creator_id=author.id, filing=filing, now=at).number
    first = at + timedelta(hours=20)
    if story.state is State.NEEDS_EVIDENCE:
        what = "请补充首发时间记录或剪辑工程文件"
        review.ask(session, number=number, by=_REVIEWER, what=what, now=first)
        return
    review.accept(session, number=number, by=_REVIEWER, now=first)
    decided = _moment(on, story.decided_days_ago, time(14, 40))
    if story.state is State.REJECTED:
        reason = "两条作品机位和画面不同，只是题材相似。"
        review.reject(session, number=number, by=_REVIEWER, reason=reason, now=decided)
    elif story.state in (State.UPHELD, State.APPEALED):
        reason = "比对画面后认定为搬运。"
        review.uphold(session, number=number, by=_REVIEWER, reason=reason, now=decided)
    if story.state is State.APPEALED:
        appeals.submit(
            session,
            creator_id=impostor.id,
            number=number,
            reason="这条是我自己照着教程做的，有剪辑工程文件",
            evidence=Evidence.PROJECT_FILE,
            now=_moment(on, story.decided_days_ago - 1, time(10, 5)),
        )


def _moment(on: date, days_ago: int, at: time) -> datetime:
    return datetime.combine(on - timedelta(days=days_ago), at, PLATFORM_ZONE)
