"""Whatever a model does: no other creator's data, no unconfirmed change, no invented number or rule leaves (DESIGN §2)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, ToolMessage

from bot.app import open_app
from bot.measures.hostile_model import HostileModel, Targets
from bot.measures.hostile_world import World
from bot.settings import Settings

# Conversations that broke a promise once: an answer of dots, of a blank, of a place holder, numbers of another sentence,
# a denial turned round where only an earlier turn had told it.
ONCE_BROKEN = (6, 34, 195, 550, 709, 719, 1_808_339_925)


@pytest.fixture(scope="module")
def world(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("hostile") / "home"
    shutil.copytree(demo_home, home)
    app = open_app(Settings(home=home))
    world = World(app)
    yield world
    world.close()
    app.close()


class TestBreaches:
    @pytest.mark.parametrize("seed", ONCE_BROKEN)
    def test_of_the_past_do_not_come_back(self, world: World, seed: int) -> None:
        assert list(world.breaches(seed)) == []

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @example(seed=1)
    @given(seed=st.integers(10_000, 2**31))
    def test_are_none_in_any_conversation(self, world: World, seed: int) -> None:
        assert list(world.breaches(seed)) == []


class TestHostileModel:
    def test_does_every_kind_of_harm(self) -> None:
        model = HostileModel(targets=Targets(("fangmao",), ("12,345.67",), (7,)), hang_seconds=0.0)
        lies: list[str] = []
        called: set[str] = set()
        broke = 0
        for seed in range(300):
            told = model.begin(seed)
            try:
                answer = model.invoke([ToolMessage("不能参加，满 10 元。", tool_call_id="c")])
            except (ConnectionError, ValueError, KeyError, RecursionError):
                broke += 1
                continue
            called |= {call["name"] for call in answer.tool_calls}
            lies += told.lies

        assert broke > 0
        assert {"transfer_money", "run_sql", ""} <= called
        assert any("可以参加" in lie for lie in lies)
        assert any("提现到账" in lie for lie in lies)

    def test_says_the_same_for_the_same_seed(self) -> None:
        model = HostileModel(targets=Targets(("fangmao",), ("1",), (7,)), hang_seconds=0.0)

        def said(seed: int) -> AIMessage:
            model.begin(seed)
            return model.invoke("你好")

        assert said(2).text == said(2).text
