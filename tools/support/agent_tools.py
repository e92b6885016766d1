"""The agent's door to people."""

from tools.kernel.agent_tool import AgentTool, Call, Reply, Speaker, cite
from tools.support import case_words, cases, views
from tools.support.service_rules import HOURS_CLAUSE, POLICY, is_open
from tools.support.states import CaseState

_LONGEST_REASON = 200


def human_escalation(call: Call, *, reason: str | None = None) -> Reply:
    """Hand the conversation to a human 1V1 specialist, transcript included: when the creator asks for a person, is angry, or needs a person to decide."""
    existing = views.open_case_of(call.session, conversation_id=call.conversation_id)
    case = existing or cases.open_case(
        call.session,
        creator_id=call.creator_id,
        conversation_id=call.conversation_id,
        reason=_reason(call, reason),
        on=call.on,
        now=call.now,
    )
    in_front = views.place_in_queue(call.session, number=case.number)
    say = case_words.standing if existing else case_words.opened
    hours = call.policies.clause(POLICY, HOURS_CLAUSE, on=call.on)
    return Reply(
        text=say(case, in_front=in_front, now=call.now),
        facts={
            "case": case.number,
            "state": case.state.value,
            "in_front": in_front,
            "open_now": is_open(call.now),
        },
        citations=(cite(hours),) if hours else (),
        buttons=(case_words.cancel_button(case),) if case.state is CaseState.QUEUED else (),
        case=case.number,
    )


def _reason(call: Call, reason: str | None) -> str:
    """Return why a person is needed, in the creator's own last words when nothing better is given."""
    said = [line.text for line in call.transcript if line.speaker is Speaker.CREATOR]
    return " ".join((reason or (said[-1] if said else "")).split())[:_LONGEST_REASON]


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
            "帮我转到人工客服那边",
            "我要真人",
            "叫个活人来",
            "人工客服几点上班，现在能接吗",
            "能不能换个人跟我聊",
            "让你们领导来处理",
            "我需要一个专员一对一跟进",
            "接人工",
            "请客服主管联系我一下",
            "机器人解决不了，转人工处理",
            "麻烦安排人工坐席",
            "我要跟你们工作人员反映问题",
            "i want to talk to a real person",
            "customer service please",
            "transfer me to an agent",
            "给我找个能管事的人",
            "客服电话转人工",
            "我的工单有人接了吗",
            "人工怎么还没来",
            "转人公客服",
            "有客服值班吗",
            "找客服催一下我的工单",
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
