"""The demo's desk: six people, two shifts a day, specialists for who has one. Loaded by `guanghe init --demo` alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.period import PLATFORM_ZONE
from tools.support import agents
from tools.support.agents import COMMON_TEAM, Role, WeeklyShift
from tools.support.case_models import CannedReply
from tools.support.skills import Skill

# Shown on the demo's sign-in page: it protects invented people only.
DEMO_PASSWORD: Final = "guanghe-demo"  # noqa: S105 - the demo's own, public by intent
_SPECIALISTS: Final = "专员组"
_EARLY, _LATE, _ALL_DAY = (9 * 60, 15 * 60 + 30), (15 * 60, 22 * 60), (9 * 60, 22 * 60)


@dataclass(frozen=True, slots=True)
class _Person:
    login: str
    name: str
    roles: tuple[Role, ...]
    team: str
    skills: tuple[Skill, ...]
    hours: tuple[int, int] | None


_PEOPLE: Final = (
    _Person("xiaolin", "小林", (Role.AGENT,), COMMON_TEAM, (Skill.PAYOUT, Skill.ACCOUNT), _EARLY),
    _Person("xiaozhou", "小周", (Role.AGENT,), COMMON_TEAM, (Skill.COPYRIGHT, Skill.POLICY), _LATE),
    _Person("zhoumin", "周敏", (Role.AGENT,), _SPECIALISTS, (Skill.PAYOUT, Skill.COMMERCE), _ALL_DAY),
    _Person("laozhao", "老赵", (Role.AGENT, Role.LEAD), COMMON_TEAM, tuple(Skill), _ALL_DAY),
    _Person("shenhe", "审核小秦", (Role.REVIEWER,), "审核组", (), None),
    _Person("guanli", "管理员小何", (Role.ADMIN,), "平台", (), None),
)
DEMO_LOGINS: Final[Sequence[tuple[str, str]]] = tuple(
    (one.login, f"{one.name}（{'、'.join(role.words for role in one.roles)}）") for one in _PEOPLE
)
_SERVED: Final = {"mingxing": "zhoumin", "xinren": "zhoumin", "duanju": "zhoumin"}
_CANNED: Final = (
    ("hello", "接入问候", "你好，我看到你前面的聊天记录了，正在核对，请稍等一下。", None),
    ("screenshot", "请发截图", "麻烦发一张出问题的页面截图，我好对照后台核实。", None),
    ("payout_wait", "提现核查中", "这笔提现我已经提交给结算同事核查，有结果会在这里告诉你。", Skill.PAYOUT),
    ("report_wait", "举报催办", "举报我帮你催办了，审核结果出来后会第一时间通知你。", Skill.COPYRIGHT),
    ("closing", "结束确认", "问题解决了我就先结束这个工单，之后有事随时说“转人工”。", None),
)


def load(session: Session, *, on: date) -> None:
    """Make the people, their hours and what they often say exist; again changes nothing."""
    if agents.find_agent(session, login=_PEOPLE[0].login) is not None:
        return
    now = datetime.combine(on, time(8), PLATFORM_ZONE)
    for one in _PEOPLE:
        agents.add_agent(
            session,
            login=one.login,
            name=one.name,
            password=DEMO_PASSWORD,
            roles=one.roles,
            skills=one.skills,
            team=one.team,
            now=now,
        )
        if one.hours is not None:
            week = [WeeklyShift(day, *one.hours) for day in range(7)]
            agents.set_shifts(session, login=one.login, shifts=week)
    for handle, login in _SERVED.items():
        account = creators.find_account(session, handle=handle)
        if account is not None:
            agents.assign_specialist(session, creator_id=account.id, login=login, now=now)
    session.add_all(
        CannedReply(key=key, title=title, text=text, skill=skill.value if skill else None)
        for key, title, text, skill in _CANNED
    )
    session.flush()
