import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.support.escalation import Reason, Signal, reason_to_escalate

TURNS = st.lists(st.frozensets(st.sampled_from(Signal)), max_size=12)
NONE = frozenset[Signal]()


def turns(*names: str) -> list[frozenset[Signal]]:
    return [frozenset(Signal(name) for name in turn.split()) for turn in names]


class TestReasonToEscalate:
    @pytest.mark.parametrize(
        ("heard", "expected"),
        [
            (turns(), None),
            (turns(""), None),
            (turns("danger anger"), Reason.SAFETY),
            (turns("anger"), Reason.ANGER),
            (turns("anger", ""), None),
            (turns("money"), None),  # a question that the tools answer
            (turns("money", "", "money"), Reason.MONEY),
            (turns("money anger"), Reason.MONEY),
            (turns("unsolved", "unsolved"), None),
            (turns("unsolved", "unsolved", "unsolved"), Reason.FAILURE),
            (turns("unsolved", "", "complaint", "unsolved"), Reason.FAILURE),
            (turns("unsolved", "unsolved", "unsolved", ""), None),
            (turns("unsolved", "unsolved", "", "", "", "unsolved"), None),
        ],
    )
    def test_calls_a_person_when_one_is_needed(
        self, heard: list[frozenset[Signal]], expected: Reason | None
    ) -> None:
        assert reason_to_escalate(heard) is expected

    @given(TURNS)
    def test_never_calls_for_what_was_said_before(self, heard: list[frozenset[Signal]]) -> None:
        assert reason_to_escalate([*heard, NONE]) is None

    @given(TURNS)
    def test_never_plays_danger_down(self, heard: list[frozenset[Signal]]) -> None:
        assert reason_to_escalate([*heard, frozenset({Signal.DANGER})]) is Reason.SAFETY
