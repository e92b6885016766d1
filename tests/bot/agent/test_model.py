import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage
from pydantic import SecretStr

from bot.agent.agent import Agent
from bot.agent.model import remote_model
from bot.settings import Settings
from tests.bot.agent.models import ScriptedModel
from tests.bot.agent.openai_server import Message, OpenAIServer, openai_server, tool_call
from tests.bot.conftest import Bench
from tools.kernel.errors import OperatorError


def looks_up_then_words(messages: list[Message]) -> Message:
    last = messages[-1]
    if last["role"] == "tool":
        return {"role": "assistant", "content": f"查到了：{json.loads(last['content'])['text']}"}
    return tool_call("earnings", {"period": "last_month", "creator_id": 2})


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server(looks_up_then_words) as running:
        yield running


def agent_of(bench: Bench, server: OpenAIServer) -> Agent:
    settings = Settings(
        model="openai:test", model_url=server.url, model_key=SecretStr("k"), home=Path("unused")
    )
    local = ScriptedModel(speak=lambda _: pytest.fail("the local model was asked"))
    return Agent(
        toolbox=bench.toolbox,
        checkpoints=bench.checkpoints,
        local=local,
        remote=remote_model(settings, database=bench.database),
    )


class TestRemoteModel:
    def test_is_none_for_the_local_model(self, bench: Bench) -> None:
        assert remote_model(Settings(model="local"), database=bench.database) is None

    def test_answers_over_a_streaming_openai_compatible_server(
        self, bench: Bench, server: OpenAIServer
    ) -> None:
        answered = bench.ask(agent_of(bench, server), "上个月挣了多少")

        assert answered.outbound.text == "查到了：laotie last_month 收入 1,234.56 元。"
        assert [request["stream"] for request in server.requests] == [True, True]

    def test_shows_the_provider_no_schema_with_a_creator(self, bench: Bench, server: OpenAIServer) -> None:
        bench.ask(agent_of(bench, server), "上个月挣了多少")

        schemas = [tool["function"]["parameters"]["properties"] for tool in server.requests[0]["tools"]]
        assert len(schemas) == 4
        assert not any("creator" in name or name == "handle" for schema in schemas for name in schema)

    def test_gives_way_to_the_local_model_when_the_server_is_down(
        self, bench: Bench, server: OpenAIServer
    ) -> None:
        server.status = 400
        settings = Settings(model="openai:test", model_url=server.url, model_key=SecretStr("k"))

        agent = bench.agent_with(
            lambda _: _local_words(), remote=remote_model(settings, database=bench.database)
        )

        assert bench.ask(agent, "你好").outbound.text.endswith("我在。")

    @pytest.mark.parametrize("name", ["nonsense", "no_such_provider:x", ":", "openai:"])
    def test_says_which_setting_names_no_model(
        self, name: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)

        with pytest.raises(OperatorError, match="GUANGHE_MODEL="):
            remote_model(Settings(model=name), database=bench.database)


def _local_words() -> AIMessage:
    return AIMessage("我在。")
