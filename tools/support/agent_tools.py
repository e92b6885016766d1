"""The agent's door to people."""

from tools.kernel.agent_tool import AgentTool, Call, Reply, cite
from tools.support import cases

_POLICY = "human-service"
_HOURS_CLAUSE = "1.1"
_LONGEST_REASON = 200


def human_escalation(call: Call, *, reason: str | None = None) -> Reply:
    """Hand the conversation to a human 1V1 specialist, transcript included: when the creator asks for a person, is angry, or needs a person to decide."""
    existing = cases.open_case_of(call.session, conversation_id=call.conversation_id)
    case = existing or cases.open_case(
        call.session,
        creator_id=call.creator_id,
        conversation_id=call.conversation_id,
        reason=_reason(call, reason),
        transcript=call.transcript,
        now=call.now,
    )
    in_front = cases.waiting_in_front(call.session, number=case.number)
    hours = call.policies.clause(_POLICY, _HOURS_CLAUSE, on=call.on)
    return Reply(
        text=_words(call, case, in_front=in_front, known=existing is not None),
        facts={"case": case.number, "in_front": in_front, "open_now": cases.is_open(call.now)},
        citations=(cite(hours),) if hours else (),
        case=case.number,
    )


def _reason(call: Call, reason: str | None) -> str:
    """Return why a person is needed, in the creator's own last words when nothing better is given."""
    said = reason or (call.transcript[-1].text if call.transcript else "")
    return " ".join(said.split())[:_LONGEST_REASON] or "创作者要求人工"


def _words(call: Call, case: cases.CaseView, *, in_front: int, known: bool) -> str:
    opened = "你的 1V1 工单还在排队" if known else "已为你转接 1V1 人工"
    queue = f"前面还有 {in_front} 位" if in_front else "你排在第 1 位"
    first = f"{opened}，工单号 {case.number}，{queue}。聊天记录已经一并转交，不用重复说明。"
    if cases.is_open(call.now):
        return f"{first}接通前有要补充的，直接发在这里就行。"
    hours = f"{cases.OPENS_AT:%H:%M}–{cases.CLOSES_AT:%H:%M}"
    return f"{first}现在不在服务时间（每天 {hours}），客服上班后会按顺序回复你，有要补充的可以先留言。"


TOOLS = (
    AgentTool(
        human_escalation,
        asks=(
            "转人工",
            "我要找人工客服",
            "能不能来个真人跟我说",
            "帮我接一下1V1专员",
            "你别机械回复了，让你们工作人员来",
            "有没有人啊，找个活人",
            "客服电话多少，我要跟人说",
            "这事你解决不了，换人工吧",
            "我要投诉你们，叫客服出来",
            "给我转接专属客服",
            "human agent please",
            "人工服务在哪里",
            "我不想跟机器人聊了",
            "麻烦喊你们经理来",
            "说了三遍都没听懂，转客服",
            "能给我安排个对接的人吗",
            "我的专员联系一下我",
            "转一下人工坐席，急",
            "客服小姐姐在吗",
            "我想跟真人沟通一下这个事",
            "可以帮我开个工单吗",
            "找你们负责人",
            "等不了了给我找人",
            "你们那有喘气的没",
            "rg",
            "转rg",
            "叫人来",
            "给我接个真人我跟他唠",
            "整不明白了找个人给我",
            "再不叫人我就投诉",
            "人呢来个活的",
            "跟你说不明白换个人",
            "let me talk to a real person",
            "安排专人对接",
            "转客服啊",
            "我岁数大整不明白给我找个人说话",
            "speak to customer service",
            "要人工不要机器人",
            "这事得人来办",
            "找个真人核实一下",
        ),
        nouns=(
            "人工",
            "客服",
            "真人",
            "活人",
            "专员",
            "坐席",
            "工单",
            "1v1",
            "一对一",
            "工作人员",
            "负责人",
            "经理",
        ),
        actions=("转", "转接", "接", "找", "叫", "喊", "换", "联系", "投诉"),
        writes=True,
    ),
)
