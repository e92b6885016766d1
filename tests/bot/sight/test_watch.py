"""What is seen of turns, tools and jobs."""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import copy_context

import pytest

from bot.sight import watch as seeing
from bot.sight.watch import ToolOutcome, TurnNote, Watch
from tools.support.turns.kinds import Turned, TurnKind


class Recorder:
    """Remembers what it was told, and the spans as they nest."""

    def __init__(self) -> None:
        self.turns: list[Turned] = []
        self.tools: list[tuple[str, ToolOutcome, float]] = []
        self.jobs: list[tuple[str, bool, float]] = []
        self.spans: list[str] = []
        self._depth = 0

    def turn(self, turned: Turned) -> None:
        self.turns.append(turned)

    def tool(self, name: str, outcome: ToolOutcome, seconds: float) -> None:
        self.tools.append((name, outcome, seconds))

    def job(self, name: str, *, failed: bool, seconds: float) -> None:
        self.jobs.append((name, failed, seconds))

    @contextmanager
    def span(self, name: str, attributes: dict[str, str]) -> Generator[None]:
        self.spans.append("  " * self._depth + name)
        self._depth += 1
        yield
        self._depth -= 1


class Seconds:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def watch(recorder: Recorder) -> Watch:
    watch = Watch(tracer=recorder, seconds=Seconds())
    watch.meter = recorder
    return watch


class TestTurn:
    def test_is_told_with_its_tools(self, watch: Watch, recorder: Recorder) -> None:
        with watch.turn("web"), watch.tool("earnings_and_payouts"):
            pass

        assert recorder.turns == [Turned("web", "earnings_and_payouts", TurnKind.ANSWERED, "", 3.0)]
        assert recorder.tools == [("earnings_and_payouts", ToolOutcome.ANSWERED, 1.0)]
        assert recorder.spans == ["turn", "  tool earnings_and_payouts"]

    @pytest.mark.parametrize(
        ("outcomes", "kind"),
        [
            ([], TurnKind.TALK),
            ([ToolOutcome.ANSWERED, ToolOutcome.REFUSED], TurnKind.REFUSED),
            ([ToolOutcome.REFUSED, ToolOutcome.PROPOSED], TurnKind.PROPOSED),
            ([ToolOutcome.PROPOSED, ToolOutcome.ESCALATED], TurnKind.ESCALATED),
            ([ToolOutcome.ESCALATED, ToolOutcome.FAILED], TurnKind.FAILED),
        ],
    )
    def test_is_what_matters_most_of_its_tools(
        self, watch: Watch, recorder: Recorder, outcomes: list[ToolOutcome], kind: TurnKind
    ) -> None:
        with watch.turn("web"):
            for outcome in outcomes:
                with watch.tool("t") as note:
                    note.outcome = outcome

        assert recorder.turns[0].kind is kind

    @pytest.mark.parametrize(
        ("decision", "kind"),
        [
            ("clarify", TurnKind.CLARIFY),
            ("decline", TurnKind.DECLINED),
            ("refuse", TurnKind.DECLINED),
            ("reply", TurnKind.TALK),
            ("", TurnKind.TALK),
        ],
    )
    def test_without_tools_is_what_was_decided(
        self, watch: Watch, recorder: Recorder, decision: str, kind: TurnKind
    ) -> None:
        with watch.turn("web"):
            seeing.note_decision(decision)

        assert recorder.turns[0].kind is kind

    def test_that_was_not_grounded_says_so_when_no_tool_spoke(self, watch: Watch, recorder: Recorder) -> None:
        with watch.turn("web"):
            seeing.note_ungrounded()

        assert recorder.turns[0].kind is TurnKind.UNGROUNDED

    def test_that_raises_has_failed(self, watch: Watch, recorder: Recorder) -> None:
        with pytest.raises(RuntimeError), watch.turn("web"):
            raise RuntimeError

        assert recorder.turns[0].kind is TurnKind.FAILED

    def test_hears_tools_in_other_threads_of_its_own_and_no_others(
        self, watch: Watch, recorder: Recorder
    ) -> None:
        def run(name: str) -> None:
            with watch.tool(name):
                pass

        with watch.turn("web"):
            own = copy_context()
            threads = [
                threading.Thread(target=own.run, args=(run, "own")),
                threading.Thread(target=run, args=("strange",)),
            ]
            for thread in threads:
                thread.start()
                thread.join()

        assert recorder.turns[0].route == "own"
        assert seeing.reference() == ""

    def test_leaves_a_line_that_names_nobody(self, watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)

        with watch.turn("web"), watch.tool("t") as note:
            note.refused(ValueError("老铁"))

        (line,) = [record for record in caplog.records if record.msg == "a turn ended"]
        assert (line.__dict__["route"], line.__dict__["outcome"], line.__dict__["reason"]) == (
            "t",
            "refused",
            "ValueError",
        )
        assert "老铁" not in str(line.__dict__)


class TestTool:
    def test_that_raises_has_failed(self, watch: Watch, recorder: Recorder) -> None:
        with suppress(RuntimeError), watch.tool("t"):
            raise RuntimeError

        assert recorder.tools[0][1] is ToolOutcome.FAILED


class TestJob:
    def test_is_told_with_its_end(self, watch: Watch, recorder: Recorder) -> None:
        with watch.job("room.good"):
            pass
        with suppress(RuntimeError), watch.job("room.bad"):
            raise RuntimeError

        assert recorder.jobs == [("room.good", False, 1.0), ("room.bad", True, 1.0)]


class TestTurnNote:
    def test_has_a_name_of_its_own(self) -> None:
        names = {TurnNote("web", 0.0).reference for _ in range(100)}

        assert len(names) == 100
