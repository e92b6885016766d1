"""An agent over a real database, sample tools and a model that the test scripts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast

import pytest
from langchain_core.language_models.chat_models import BaseChatModel

from bot.agent.agent import Agent, Answered, Turn
from bot.agent.checkpoints import Checkpoints, open_checkpoints
from bot.agent.remote import Limits, Remote
from bot.agent.toolbox import Toolbox, TurnContext
from knowledge.read import Audience as Readers
from knowledge.read import Clause, Source
from knowledge.search import Passage, Policies
from tests.bot.agent.models import ScriptedModel, Speak
from tests.calls import a_creator, an_open_conversation
from tools.creators import service as creators
from tools.creators.models import Creator
from tools.kernel.agent_tool import AgentTool, Audience, Call, Proposal, Reply
from tools.kernel.charts import Chart, Series
from tools.kernel.db import Database
from tools.kernel.errors import Refusal

EARNED = Chart("收入", ("8月1日", "8月2日", "8月3日"), (Series("收入", (1_234, None, 0.56), "元"),))


class NothingEarned(Refusal):
    """Nothing was earned."""

    template = "{period} 没有收入。"


def earnings(
    call: Call, *, period: str = "this_month", action: Literal["summary", "list"] = "summary"
) -> Reply:
    """Tell the creator's own earnings."""
    if period == "yesterday":
        raise NothingEarned(period="昨天")
    account = creators.account(call.session, creator_id=call.creator_id)
    return Reply(
        text=f"{account.nickname} {period} 收入 1,234.56 元。",
        facts={"amount_fen": 123456, "action": action},
        charts=(EARNED,),
    )


def rename(call: Call, *, nickname: str) -> Proposal:
    """Change the creator's nickname."""
    return Proposal(summary=f"把昵称改成“{nickname}”，请确认。", payload={"nickname": nickname})


def commit_rename(call: Call, payload: Mapping[str, object]) -> Reply:
    """Do what rename proposed."""
    call.session.get_one(Creator, call.creator_id).nickname = str(payload["nickname"])
    return Reply(text="昵称改好了。")


def rules(call: Call, *, question: str) -> Reply:
    """Quote a rule."""
    return Reply(text="满 10 元可以提现。", facts={"question": question})


def broken(call: Call) -> Reply:
    """Fail."""
    raise RuntimeError


SAMPLES = (
    AgentTool(earnings, asks=("我挣了多少",)),
    AgentTool(rename, asks=("改昵称",), commit=commit_rename),
    AgentTool(rules, asks=("提现规则",), audience=Audience.ANYONE),
    AgentTool(broken, asks=()),
)


class OneClause:
    """A library of one clause, found whatever is asked."""

    def search(self, text: str, *, on: date, limit: int) -> list[Passage]:
        """Return the clause, which is likely the answer."""
        assert text
        assert limit
        clause = Clause(
            policy="withdrawal-rules",
            version=1,
            clause="1.1",
            title="提现规则",
            heading="总则",
            text="满 10 元可以提现。",
            in_force_from=on,
            in_force_until=None,
            audience=Readers.EVERYONE,
            source=Source.SAMPLE,
        )
        return [Passage(clause, 0.9)]


@dataclass(frozen=True)
class Bench:
    """Two creators, and an agent for any model."""

    database: Database
    toolbox: Toolbox
    checkpoints: Checkpoints
    context: TurnContext
    stranger: int

    def agent(
        self, speak: Speak, *, remote: BaseChatModel | None = None, limits: Limits | None = None
    ) -> Agent:
        """Return an agent whose local model says what the function says, with a provider's model or none."""
        asked = Remote(remote, database=self.database, limits=limits or Limits()) if remote else None
        return self.agent_with(speak, remote=asked)

    def agent_with(self, speak: Speak, *, remote: Remote | None) -> Agent:
        """Return an agent over a provider's model with limits of its own."""
        return Agent(
            toolbox=self.toolbox,
            checkpoints=self.checkpoints,
            local=ScriptedModel(speak=speak),
            remote=remote,
        )

    def ask(
        self, agent: Agent, text: str, *, turn: str = "t1", after: str | None = None, creator: int | None = -1
    ) -> Answered:
        """Ask as the first creator unless another is given."""
        context = replace(self.context, turn=turn, creator=self.context.creator if creator == -1 else creator)
        return agent.answer(Turn(text, context, thread="1:0", checkpoint=after))


@pytest.fixture
def bench(database: Database, tmp_path: Path, now: datetime, on: date) -> Iterator[Bench]:
    """Yield the bench."""
    with database.writing() as session:
        creator, stranger = a_creator(session, "laotie"), a_creator(session, "stranger")
        conversation = an_open_conversation(session, creator=creator, now=now)
    checkpoints = open_checkpoints(
        home=tmp_path, database_url=database.engine.url.render_as_string(hide_password=False)
    )
    checkpoints.saver.delete_thread("1:0")
    toolbox = Toolbox(SAMPLES, database=database, policies=cast("Policies", OneClause()))
    context = TurnContext(creator=creator, on=on, now=now, turn="t1", conversation_id=conversation)
    yield Bench(database, toolbox, checkpoints, context, stranger)
    checkpoints.close()


def nickname_of(bench: Bench, handle: str) -> str:
    """Return the stored nickname."""
    with bench.database.reading() as session:
        account = creators.find_account(session, handle=handle)
        assert account is not None
        return account.nickname
