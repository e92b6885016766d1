"""The trail: which person of the desk saw or did what, and when. Rows are only ever added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from tools.support import agent_queries
from tools.support.agent_models import DeskEvent
from tools.support.numbers import case_id_of, number_of

_LONGEST_SUBJECT = 200
_LONGEST_ADDRESS = 64


class DeskAction(StrEnum):
    """What a person saw or did."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    VIEW_CASE = "view_case"
    VIEW_FILE = "view_file"
    VIEW_REPORT = "view_report"
    VIEW_FIGURES = "view_figures"
    VIEW_TRAIL = "view_trail"
    SEARCH = "search"
    TAKE = "take"
    RELEASE = "release"
    TRANSFER = "transfer"
    SAY = "say"
    EDIT = "edit"
    DELETE = "delete"
    NOTE = "note"
    WAIT = "wait"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CANNED = "canned"
    DRAFT_ACCEPTED = "draft_accepted"
    DRAFT_EDITED = "draft_edited"
    DRAFT_DISCARDED = "draft_discarded"
    REVIEW = "review"
    ALERT_SEEN = "alert_seen"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"

    @property
    def words(self) -> str:
        """What was done, as people read it."""
        return _WORDS[self]


_WORDS: Final[Mapping[DeskAction, str]] = {
    DeskAction.SIGN_IN: "登录",
    DeskAction.SIGN_IN_REFUSED: "登录被拒",
    DeskAction.SIGN_OUT: "退出",
    DeskAction.VIEW_CASE: "看工单",
    DeskAction.VIEW_FILE: "看文件",
    DeskAction.VIEW_REPORT: "看举报",
    DeskAction.VIEW_FIGURES: "看统计",
    DeskAction.VIEW_TRAIL: "看操作记录",
    DeskAction.SEARCH: "搜索",
    DeskAction.TAKE: "接手",
    DeskAction.RELEASE: "放回队列",
    DeskAction.TRANSFER: "转交",
    DeskAction.SAY: "回复",
    DeskAction.EDIT: "修改回复",
    DeskAction.DELETE: "撤回回复",
    DeskAction.NOTE: "写备注",
    DeskAction.WAIT: "等创作者",
    DeskAction.RESOLVE: "结束工单",
    DeskAction.REOPEN: "重开工单",
    DeskAction.CANNED: "改常用语",
    DeskAction.DRAFT_ACCEPTED: "采用草稿",
    DeskAction.DRAFT_EDITED: "改后采用草稿",
    DeskAction.DRAFT_DISCARDED: "不用草稿",
    DeskAction.REVIEW: "审核举报",
    DeskAction.ALERT_SEEN: "看过提醒",
    DeskAction.ACCOUNT_ADDED: "新增账号",
    DeskAction.ACCOUNT_CHANGED: "修改账号",
}


@dataclass(frozen=True, slots=True)
class DeskEventView:
    """A row of the trail as people read it."""

    id: int
    at: datetime
    agent: int | None
    agent_name: str
    action: DeskAction
    case: str | None
    subject: str
    address: str


def record(
    session: Session,
    *,
    agent: int | None,
    action: DeskAction,
    now: datetime,
    case: str | None = None,
    subject: str = "",
    address: str = "",
) -> None:
    """Add a row to the trail, in the transaction of what it tells."""
    session.add(
        DeskEvent(
            at=now,
            agent_id=agent,
            action=action.value,
            case_id=None if case is None else case_id_of(case),
            subject=subject[:_LONGEST_SUBJECT],
            address=address[:_LONGEST_ADDRESS],
        )
    )
    session.flush()


def events(
    session: Session,
    *,
    case: str | None = None,
    agent: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[DeskEventView]:
    """Return rows of the trail, the newest first; `before` is the last row's id of the page above."""
    rows = agent_queries.trail(
        session,
        case_id=None if case is None else case_id_of(case),
        agent_id=agent,
        before=before,
        limit=limit,
    )
    people = agent_queries.agents_by_id(session, ids={row.agent_id for row in rows if row.agent_id})
    return [
        DeskEventView(
            id=row.id,
            at=row.at,
            agent=row.agent_id,
            agent_name=people[row.agent_id].name if row.agent_id else "",
            action=DeskAction(row.action),
            case=number_of(row.case_id) if row.case_id else None,
            subject=row.subject,
            address=row.address,
        )
        for row in rows
    ]
