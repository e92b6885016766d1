"""AgentTool becomes a LangChain tool: one transaction a call, identity from the runtime context."""

import inspect
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Optional, get_args, get_type_hints

from langchain_core.tools import BaseTool, StructuredTool
from langgraph.runtime import get_runtime
from pydantic import BaseModel, Field, TypeAdapter, create_model
from sqlalchemy.orm import Session

from bot.sight.watch import Watch
from knowledge.search import Passage, Policies
from tools.kernel import proposals
from tools.kernel.agent_tool import AgentTool, Audience, Call, Line, Proposal, Reply
from tools.kernel.db import Database, Json
from tools.kernel.errors import Refusal
from tools.kernel.uploads import Upload

logger = logging.getLogger(__name__)

# Longer than any argument a person would mean; a model that sends more is told so.
LONGEST_ARGUMENT = 2_000
_MOST_LEADS = 3
# Below this there is most likely no rule on the matter (Passage).
_LIKELY = 0.35

# What a common argument means to a model, the same in every tool (DESIGN §4).
ARGUMENTS = {
    "action": "要做的事",
    "period": "时间范围：yesterday、this_week、last_week、this_month、last_month、last_7_days、last_30_days、this_year、"
    "month:7、q:2、range:2026-10-01..2026-10-15",
    "work_ref": "指哪条作品：latest、ord:2（第二条）、ord:-1（最早一条）、previous、top_views、worst_views、id:作品号、title:标题、date:yesterday",
    "program": "激励项目：guanghe、youchuang、star、live、drama、qingyun、lifecycle，或它的中文名",
    "category": "内容领域，如 美食",
    "amount": "金额，单位元",
    "case_id": "举报或工单的编号",
    "topic": "问题的主题",
    "question": "创作者的原话问题",
    "url": "被举报作品的链接",
    "target_author": "对方的账号名",
    "reason": "原因，用创作者自己的话",
    "compare": "previous 表示和上一个同样长的时间段对比",
    "source": "收入来源",
    "apply_id": "申请编号，如 KS-20220729-0001",
    "mode": "短剧等级：S+、S、A、P（成长模式）；不说就是全部",
    "by": "谁来申请：creator 本人，agency 所属机构",
    "task": "要领的那个任务，用创作者自己的话，如 开播2小时",
    "metric": "指标的名字，用创作者自己的叫法，如 千播涨粉",
    "formula": "指标的公式，照创作者写的原样，如 涨粉/播放*1000",
    "new_name": "指标的新名字",
    "threshold": "提醒的界限：<1%、>500",
    "draft": "要发布的文字，照创作者写的原样：title:标题 或 text:文案，两样都有就各占一行；图片和视频不用写",
    "concern": "创作者担心的方面",
    "activity": "哪个活动：名字，或列表里的位置 ord:2",
    "hours": "时间：免打扰 23:00-07:00，汇总 20:00，不要就写 off",
    "zone": "创作者所在的城市，决定按哪里的时间",
    "exclude": "不领的任务，用创作者自己的话，如 直播",
}

_reply = TypeAdapter(Reply)
_BoundedText = Annotated[str, Field(max_length=LONGEST_ARGUMENT)]

_LINK_FIRST = "这项需要先绑定你的创作者账号。请在创作者 App 的“设置 → 绑定聊天助手”里获取 8 位绑定码，再发送 /link 绑定码。"
_ONE_AT_A_TIME = "一次只能确认一项改动。请先处理已经给出的那一项，再来办这件事。"
_NOT_IN_A_DRAFT = "这一项要由创作者自己来办，草稿里不执行。"
_FAILED = "这项刚才没有查成功，请稍后再试；着急的话可以转人工。"


@dataclass(frozen=True, slots=True)
class TurnContext:
    """Who asks, when and where: set by the assistant for one turn, out of any model's reach.

    A draft is an answer for a support agent to look at: no tool changes or proposes anything in it.
    """

    creator: int | None
    on: date
    now: datetime
    turn: str
    conversation_id: int
    transcript: tuple[Line, ...] = ()
    uploads: tuple[Upload, ...] = ()
    is_draft: bool = False


class Toolbox:
    """The registered tools over one database and one policy library."""

    def __init__(
        self,
        tools: Sequence[AgentTool],
        *,
        database: Database,
        policies: Policies,
        watch: Watch | None = None,
    ) -> None:
        self.tools = {tool.name: tool for tool in tools}
        self._database = database
        self._policies = policies
        self._watch = watch or Watch()

    def call(self, session: Session, context: TurnContext) -> Call:
        """Return what a tool may rely on in this turn."""
        return Call(
            session=session,
            creator=context.creator,
            on=context.on,
            now=context.now,
            policies=self._policies,
            turn=context.turn,
            conversation_id=context.conversation_id,
            transcript=context.transcript,
            uploads=context.uploads,
        )

    def langchain_tools(self) -> list[BaseTool]:
        """Return the tools as any LangChain model sees them: no schema names a creator."""
        return [self._langchain_tool(tool) for tool in self.tools.values()]

    def names_for(self, context: TurnContext) -> frozenset[str]:
        """Return the tools that the person of this turn may use."""
        return frozenset(name for name, tool in self.tools.items() if _may_use(tool, context))

    def leads(self, question: str, *, on: date) -> list[Passage]:
        """Return the clauses that may answer the question, for a model to know what to ask policy_question for."""
        found = self._policies.search(question, on=on, limit=_MOST_LEADS)
        return [passage for passage in found if passage.score >= _LIKELY]

    def run(self, tool: AgentTool, context: TurnContext, arguments: Json) -> tuple[str, Json]:
        """Run one tool in one transaction; return what the model reads, and all that the answer needs.

        Nothing the tool does can raise past this: an expected no becomes its words, a fault is logged and told
        politely, and in both cases the transaction has changed nothing.
        """
        with self._watch.tool(tool.name) as note:
            try:
                said, packed = self._run(tool, context, arguments)
            except Refusal as refusal:
                note.refused(refusal)
                return _pack(Reply(text=str(refusal), facts={"refused": type(refusal).__name__}))
            except Exception:
                note.failed()
                logger.exception("tool %s failed", tool.name, extra={"tool": tool.name})
                return _pack(Reply(text=_FAILED, facts={"failed": tool.name}))
            note.made(proposal=packed["confirm"] is not None, case=packed["reply"]["case"] is not None)
            return said, packed

    def _run(self, tool: AgentTool, context: TurnContext, arguments: Json) -> tuple[str, Json]:
        if context.is_draft:
            return self._drafted(tool, context, arguments)
        with self._transaction(tool) as session:
            return self._packed(self.call(session, context), tool, arguments)

    def _drafted(self, tool: AgentTool, context: TurnContext, arguments: Json) -> tuple[str, Json]:
        """Run the tool in a transaction that is thrown away; what it would propose is told and not stored."""
        if tool.writes:
            return _pack(Reply(text=_NOT_IN_A_DRAFT))
        with self._database.reading() as session:
            call = self.call(session, context)
            if tool.audience is Audience.CREATOR and call.creator is None:
                return _pack(Reply(text=_LINK_FIRST))
            made = tool.run(call, **arguments)
        if isinstance(made, Proposal):
            made = Reply(
                text=f"{made.summary}\n{_NOT_IN_A_DRAFT}", facts=made.facts, citations=made.citations
            )
        return _pack(made)

    def _packed(self, call: Call, tool: AgentTool, arguments: Json) -> tuple[str, Json]:
        if tool.audience is Audience.CREATOR and call.creator is None:
            return _pack(Reply(text=_LINK_FIRST))
        made = tool.run(call, **arguments)
        if isinstance(made, Reply):
            return _pack(made)
        return self._proposed(call, tool, made)

    def _proposed(self, call: Call, tool: AgentTool, made: Proposal) -> tuple[str, Json]:
        stored = proposals.propose(call, tool, made)
        if stored is None:
            return _pack(Reply(text=_ONE_AT_A_TIME))
        reply = Reply(text=made.summary, facts=made.facts, citations=made.citations)
        return _pack(reply, confirm={"id": stored.id, "tool": tool.name, "summary": made.summary})

    def _transaction(self, tool: AgentTool) -> AbstractContextManager[Session]:
        writes = tool.writes or tool.commit is not None
        return self._database.writing() if writes else self._database.reading()

    def _langchain_tool(self, tool: AgentTool) -> BaseTool:
        def run(**arguments: object) -> tuple[str, Json]:
            return self.run(tool, get_runtime(TurnContext).context, arguments)

        return StructuredTool.from_function(
            func=run,
            name=tool.name,
            description=tool.description,
            args_schema=arguments_model(tool.run, name=tool.name),
            response_format="content_and_artifact",
            handle_validation_error=f"{tool.name} 的参数不合法，请只用定义里的参数和取值。",
        )


def arguments_model(run: Callable[..., Reply | Proposal], *, name: str) -> type[BaseModel]:
    """Return the schema of a tool function's arguments, `call` left out, every text bounded."""
    hints = get_type_hints(run)
    fields: dict[str, Any] = {}  # Any: create_model takes (type, default) pairs of any type
    for parameter in list(inspect.signature(run).parameters.values())[1:]:
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        described = Field(description=ARGUMENTS.get(parameter.name))
        fields[parameter.name] = (Annotated[_bounded(hints[parameter.name]), described], default)
    return create_model(name, **fields)


def _bounded(hint: Any) -> Any:  # noqa: ANN401 - type hints are values of any type
    if hint is str:
        return _BoundedText
    return Optional[_BoundedText] if set(get_args(hint)) == {str, type(None)} else hint  # noqa: UP045 - Annotated knows no `|`


def _may_use(tool: AgentTool, context: TurnContext) -> bool:
    return tool.audience is Audience.ANYONE or context.creator is not None


def _pack(reply: Reply, *, confirm: Json | None = None) -> tuple[str, Json]:
    packed: Json = _reply.dump_python(reply, mode="json")
    seen = {"text": reply.text, "facts": packed["facts"], "citations": packed["citations"]}
    if confirm is not None:
        seen["waits_for_confirmation"] = True
    return json.dumps(seen, ensure_ascii=False, sort_keys=True), {"reply": packed, "confirm": confirm}
