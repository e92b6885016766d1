"""Policy questions, answered from the clauses in force on the day asked about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from knowledge.read import Clause
from knowledge.search import Passage
from tools.kernel.agent_tool import AgentTool, Audience, Button, Call, Reply, cite
from tools.payout.program_files import packaged_programs
from tools.policies import service
from tools.policies.answer import (
    PolicyAnswer,
    chosen,
    comparison_words,
    in_force_words,
    is_found,
    neighbours,
    other_days_words,
    then_and_now_words,
    with_other_ways,
)
from tools.policies.asking import (
    Subject,
    asks_for_the_version_before,
    compared,
    day_meant,
    is_about_asker,
)
from tools.policies.own import own_figures

_SEARCHED = 12
_COMPARED_AMONG = 80
_BARE_FOLLOW_UP = 5
_NO_RULE = "这个问题我没有查到对应的平台规则，不敢随便答。可以换个说法再问一次，或者转人工 1V1 帮你确认。"


def policy_question(call: Call, *, question: str, topic: str | None = None) -> Reply:
    """Answer a question about the platform's rules with the clauses that say so: thresholds, shares, withdrawals, penalties, originality, appeals, review, traffic, selling, courses, advertising wording."""
    asked, passages = _searched(call, question, topic=topic)
    if (sides := compared(asked, _subjects())) and (found := _comparison(call, sides)):
        return _reply(call, found)
    day = day_meant(asked, on=call.on)
    if day and (found := _as_of(call, asked, day, topic=topic)):
        return _reply(call, found)
    clauses = with_other_ways(chosen(passages, topic=topic), call.policies.clauses(on=call.on))
    if clauses and asks_for_the_version_before(asked) and (found := _version_before(call, clauses)):
        return _reply(call, found)
    if clauses:
        return _with_own_figures(call, question, _reply(call, in_force_words(clauses)), clauses)
    return _nothing_in_force(call, question, asked, passages)


def _searched(call: Call, question: str, *, topic: str | None) -> tuple[str, list[Passage]]:
    """Return the text that was searched for, and what was found."""
    if topic and len(question) <= _BARE_FOLLOW_UP:
        # “那S级呢” says only what changes, the topic is the one before; a longer text has a subject of its own.
        text = f"{topic} {question}"
        found = call.policies.search(text, on=call.on, limit=_SEARCHED)
        if is_found(found):
            return text, found
    return question, call.policies.search(question, on=call.on, limit=_SEARCHED)


def _with_own_figures(call: Call, question: str, reply: Reply, clauses: Sequence[Clause]) -> Reply:
    """Add the asker's own figures where the question is about the asker."""
    if call.creator is None or not is_about_asker(question):
        return reply
    own = own_figures(call, clauses)
    if not own.lines:
        return reply
    lines = "\n".join(f"· {line}" for line in own.lines)
    return replace(
        reply, text=f"{reply.text}\n你现在的情况：\n{lines}", facts=reply.facts | {"own": own.facts}
    )


def _as_of(call: Call, text: str, day: date, *, topic: str | None) -> PolicyAnswer | None:
    """Answer with the rules of an earlier day, beside those of today."""
    clauses = chosen(call.policies.search(text, on=day, limit=_SEARCHED), topic=topic)
    if not clauses:
        return None
    return then_and_now_words([(clause, _same(call, clause, on=call.on)) for clause in clauses[:1]])


def _version_before(call: Call, clauses: Sequence[Clause]) -> PolicyAnswer | None:
    """Answer with the version before the one that holds today, None where there was none."""
    then = _same(call, clauses[0], on=clauses[0].in_force_from - timedelta(days=1))
    return None if then is None else then_and_now_words([(then, clauses[0])])


def _comparison(call: Call, sides: Sequence[tuple[Subject, str]]) -> PolicyAnswer | None:
    """Answer with what the rules say of each programme, None where one of them has no rule on the matter."""
    found: list[tuple[str, list[Clause]]] = []
    for side, text in sides:
        passages = call.policies.search(text, on=call.on, limit=_COMPARED_AMONG)
        own = [passage.clause for passage in passages if passage.clause.policy in side.policies]
        # Without a matter of its own the question is about the whole: one clause would be too little.
        found.append((side.name, own[: 2 if text == side.name else 1]))
    return comparison_words(found) if all(clauses for _, clauses in found) else None


def _nothing_in_force(call: Call, question: str, text: str, passages: Sequence[Passage]) -> Reply:
    """Say that no rule holds today, naming one of another day if there is one, and note the question."""
    elsewhen = call.policies.search_not_in_force(text, on=call.on, limit=1)
    if is_found(elsewhen):
        return _reply(call, other_days_words(elsewhen[0].clause, on=call.on))
    service.note_unanswered(
        call.session, question=question, best_score=passages[0].score if passages else 0.0, now=call.now
    )
    return Reply(text=_NO_RULE, facts={"found": 0}, buttons=(Button("转人工 1V1", "转人工"),))


def _reply(call: Call, found: PolicyAnswer) -> Reply:
    near = neighbours(found.clauses[0], call.policies.clauses(on=found.clauses[0].in_force_from))
    return Reply(
        text=found.text,
        facts={
            "found": len(found.clauses),
            "on": call.on.isoformat(),
            "neighbours": [{"clause": clause.clause, "text": clause.text} for clause in near],
        },
        citations=tuple(cite(clause) for clause in found.clauses),
    )


def _same(call: Call, clause: Clause, *, on: date) -> Clause | None:
    return call.policies.clause(clause.policy, clause.clause, on=on)


def _subjects() -> list[Subject]:
    return [Subject(program.name, program.also_called, program.policies) for program in packaged_programs()]


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
        writes=True,  # a question without a rule is noted for the policy team
    ),
)
