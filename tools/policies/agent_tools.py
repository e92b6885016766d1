"""Policy questions, answered from the clauses in force on the day."""

from tools.kernel.agent_tool import AgentTool, Audience, Button, Call, Reply, cite
from tools.policies.answer import PolicyAnswer, answer

_SEARCHED = 12
_BARE_FOLLOW_UP = 5
_NO_RULE = "这个问题我没有查到对应的平台规则，不敢随便答。可以换个说法再问一次，或者转人工 1V1 帮你确认。"


def policy_question(call: Call, *, question: str, topic: str | None = None) -> Reply:
    """Answer a question about the platform's rules with the clauses that say so: thresholds, shares, withdrawals, penalties, originality, appeals, review, traffic, selling, courses, advertising wording."""
    found = _answer(call, question, topic=topic)
    if found is None and topic and len(question) <= _BARE_FOLLOW_UP:
        # “那S级呢” says only what changes, the topic is the one before; a longer text has a subject of its own.
        found = _answer(call, f"{topic} {question}", topic=topic)
    if found is None:
        return Reply(text=_NO_RULE, facts={"found": 0}, buttons=(Button("转人工 1V1", "转人工"),))
    return Reply(
        text=found.text,
        facts={"found": len(found.clauses), "on": call.on.isoformat()},
        citations=tuple(cite(clause) for clause in found.clauses),
    )


def _answer(call: Call, text: str, *, topic: str | None) -> PolicyAnswer | None:
    return answer(call.policies.search(text, on=call.on, limit=_SEARCHED), topic=topic)


TOOLS = (
    AgentTool(
        policy_question,
        asks=(
            "聚星和星图有什么区别",
            "开橱窗要交多少保证金",
            "光合计划要多少粉丝才能参加",
            "提现要满多少钱",
            "简介里能不能放微信号",
            "封面放现金的照片可以吗",
            "刷粉被发现了会怎么处罚",
            "别的平台的视频能不能搬到快手",
            "直播卖药算不算违规",
            "视频被判搬运了会怎么处罚",
            "粉丝迁移需要什么条件",
            "审核一般要多久",
            "带货封面能写全网最低价吗",
            "未成年人可以开直播吗",
            "短剧P模式怎么算钱",
            "青云计划什么时候结束",
            "申诉要在几天之内提交",
            "账号被封了还能提现吗",
            "个税是怎么扣的",
            "用别人的背景音乐会侵权吗",
            "完播率是怎么算出来的",
            "一条播放怎么才算有效",
            "流量券过期了能退吗",
            "改昵称一年可以改几次",
            "课程卖出去了能退款吗",
            "快手之星有哪些权益",
            "AI做的视频要不要打标",
            "推荐机制是什么样的",
            "直播PK有什么不能做的",
            "违规记分多久清零",
            "MCN解约有什么规定",
            "小店评分多少才算合格",
            "激励的钱几号发",
        ),
        nouns=(
            "规则",
            "规定",
            "条件",
            "门槛",
            "要求",
            "政策",
            "条款",
            "处罚",
            "违规",
            "标准",
            "机制",
            "资格",
            "期限",
            "规范",
        ),
        actions=(
            "怎么算",
            "能不能",
            "可以吗",
            "允许",
            "算不算",
            "会不会",
            "多久",
            "多少",
            "几天",
            "几次",
            "违规吗",
            "为什么",
            "什么意思",
        ),
        audience=Audience.ANYONE,
    ),
)
