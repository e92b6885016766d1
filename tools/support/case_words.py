"""What creators read about their cases."""

from datetime import datetime

from tools.kernel.agent_tool import Button
from tools.kernel.period import PLATFORM_ZONE
from tools.support.escalation import Reason
from tools.support.service_rules import ServiceRules, business_hours, platform_day, service_rules
from tools.support.states import CaseState
from tools.support.views import CaseView

_STARS = ("很不满意", "不满意", "一般", "满意", "很满意")
_HANDED_OVER = {
    Reason.ASKED: "已为你转接 1V1 人工",
    Reason.ANGER: "让你着急了，我先把你转给 1V1 人工",
    Reason.FAILURE: "这件事我几次都没有帮到你，已经转给 1V1 人工",
    Reason.SAFETY: (
        "听到你这么说我很担心。先保证自己安全，请身边信任的人陪着你，情况紧急就马上报警或叫救护车。"
        "我已经把你的情况转给 1V1 人工优先处理"
    ),
    Reason.MONEY: "钱款的事需要人来核对，已经转给 1V1 人工",
    Reason.DISPUTE: "这件事需要人来处理，已经转给 1V1 人工",
}


def cancel_button(case: CaseView) -> Button:
    """Return the creator's way out of a case."""
    return Button("不用人工了", f"取消工单 {case.number}")


def opened(case: CaseView, *, in_front: int, now: datetime) -> str:
    """Return what is said when a case begins to wait: its number, its place, when somebody comes."""
    return f"{_HANDED_OVER[case.reason]}，{_waits(case, in_front)}聊天记录已经一并转交，不用重复说明。{_when(now)}"


def standing(case: CaseView, *, in_front: int, now: datetime) -> str:
    """Return where the creator's case stands."""
    match case.state:
        case CaseState.QUEUED:
            return f"你的 1V1 工单还在排队，{_waits(case, in_front)}聊天记录已经一并转交，不用重复说明。{_when(now)}"
        case CaseState.ASSIGNED:
            return f"工单 {case.number} 由{_person(case)}处理中，直接在这里说就行。"
        case CaseState.PENDING_CREATOR:
            return f"工单 {case.number} 在等你的回复，直接在这里说，{_person(case)}会接着处理。"
        case CaseState.RESOLVED | CaseState.BOT:
            ended = "已结束" if case.ending is None else case.ending.words
            return f"工单 {case.number} {ended}。"


def taken(name: str) -> str:
    """Return what the creator hears when a person has taken over."""
    return f"1V1 客服{name}已接入，聊天记录都看得到，接下来由{name}为你处理。"


def transferred(name: str) -> str:
    """Return what the creator hears when another person has taken over."""
    return f"你的工单已转给 1V1 客服{name}，前面的记录都在，不用重复说明。"


def requeued(case: CaseView, *, in_front: int, now: datetime) -> str:
    """Return what the creator hears when the person who spoke with them has left."""
    return f"原来的客服暂时离开了，工单 {case.number} 已经放回队列，{_place(in_front)}。{_when(now)}这期间也可以直接问我。"


def nobody_free(case: CaseView, *, in_front: int, now: datetime) -> str:
    """Return what the creator hears when nobody has taken the case in time."""
    if business_hours().is_open(now):
        return (
            f"客服现在都在忙，工单 {case.number} 还没有人接，{_place(in_front)}。"
            "你的位置一直保留，有进展马上告诉你；这期间可以继续问我，不想等了就点下面的按钮。"
        )
    opens = business_hours().next_opening(now).astimezone(PLATFORM_ZONE)
    return (
        f"今天的人工服务结束了，工单 {case.number} 没来得及接，抱歉。它排在下一班处理（{_day(opens, now)} {opens:%H:%M} 开始），"
        "位置保留；这期间可以继续问我。"
    )


def resolved(case: CaseView) -> str:
    """Return what the creator hears when a person has ended the case."""
    asks = "" if case.rating is not None else "请给这次服务打个分，1 分到 5 分。"
    return f"工单 {case.number} 已结束，接下来由光合助手继续为你服务。{asks}"


def rating_buttons(case: CaseView) -> tuple[Button, ...]:
    """Return five buttons, none for a case that was rated before."""
    if case.rating is not None:
        return ()
    return tuple(
        Button(f"{stars} {_STARS[stars - 1]}", f"评分 {case.number} {stars}") for stars in range(5, 0, -1)
    )


def rated(case: CaseView, *, rules: ServiceRules) -> str:
    """Return thanks, and what can be done by whom is not content."""
    assert case.rating is not None
    thanks = f"收到，工单 {case.number} 的评分是 {case.rating} 分，谢谢。"
    if not after_rating(case, rules=rules):
        return thanks
    return f"{thanks}没解决好的话，{rules.reopen_days} 天内可以重新打开 {rules.reopenings} 次，由另一位工作人员复核。"


def after_rating(case: CaseView, *, rules: ServiceRules) -> tuple[Button, ...]:
    """Return the way back to a person for who is not content, while there is one."""
    content = case.rating is None or case.rating > len(_STARS) // 2
    if content or case.reopened >= rules.reopenings:
        return ()
    return (Button("没解决，重新打开", f"重开工单 {case.number}"),)


def cancelled(case: CaseView) -> str:
    """Return what the creator hears after giving a case up."""
    return f"工单 {case.number} 已取消，接下来由我继续帮你。再需要人的时候说“转人工”。"


def _waits(case: CaseView, in_front: int) -> str:
    return f"工单号 {case.number}，{_place(in_front)}。"


def _place(in_front: int) -> str:
    return f"前面还有 {in_front} 位" if in_front else "你排在第 1 位"


def _when(now: datetime) -> str:
    if business_hours().is_open(now):
        return "接通前有要补充的，直接发在这里就行。"
    hours = service_rules(platform_day(now)).hours_words
    return f"现在不在服务时间（{hours}），客服上班后会按顺序回复你，有要补充的可以先留言。"


def _person(case: CaseView) -> str:
    return f" 1V1 客服{case.holder.name}" if case.holder else "客服"


def _day(day: datetime, now: datetime) -> str:
    days = (day.date() - now.astimezone(PLATFORM_ZONE).date()).days
    return {0: "今天", 1: "明天"}.get(days, f"{day.month}月{day.day}日")
