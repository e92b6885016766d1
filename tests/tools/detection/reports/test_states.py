from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.detection.reports.states import (
    IN_FORCE,
    OPEN,
    WAITING_FOR_REVIEW,
    Event,
    State,
    WrongStepError,
    advance,
    replay,
)

EVENTS = st.lists(st.sampled_from(Event), max_size=40)
FINAL = {State.CLOSED, State.CONFIRMED, State.RESTORED, State.DISMISSED}


def taken(tried: list[Event]) -> list[Event]:
    """Return the steps among those tried that could be taken, in order."""
    log: list[Event] = []
    state: State | None = None
    for event in tried:
        try:
            state = advance(state, event)
        except WrongStepError:
            continue
        log.append(event)
    return log


def path(log: list[Event]) -> list[State]:
    states: list[State] = []
    for event in log:
        states.append(advance(states[-1] if states else None, event))
    return states


class TestAdvance:
    @given(tried=EVENTS)
    def test_reaches_by_any_order_of_steps_only_what_the_log_replays_to(self, tried: list[Event]) -> None:
        log = taken([Event.SUBMIT, *tried])

        assert replay(log) == path(log)[-1]
        assert log.count(Event.SUBMIT) == 1

    @given(tried=EVENTS)
    def test_hears_each_side_at_most_once_and_ends(self, tried: list[Event]) -> None:
        log = taken([Event.SUBMIT, *tried])

        assert log.count(Event.APPEAL) <= 1
        assert log.count(Event.CONTEST) <= 1

    @given(tried=EVENTS)
    def test_never_leaves_a_final_state(self, tried: list[Event]) -> None:
        states = path(taken([Event.SUBMIT, *tried]))

        assert not any(before in FINAL for before, _ in pairwise(states))

    @given(tried=EVENTS)
    def test_puts_something_in_force_only_by_upholding_and_ends_it_only_by_restoring(
        self, tried: list[Event]
    ) -> None:
        log = taken([Event.SUBMIT, *tried])
        states = path(log)

        for (before, after), event in zip(pairwise(states), log[1:], strict=True):
            if before not in IN_FORCE and after in IN_FORCE:
                assert event is Event.UPHOLD
            if before in IN_FORCE and after not in IN_FORCE:
                assert event is Event.RESTORE

    def test_begins_with_a_submission_only(self) -> None:
        for event in set(Event) - {Event.SUBMIT}:
            with pytest.raises(WrongStepError, match="does not follow nothing; submit does"):
                advance(None, event)

    def test_reaches_every_state(self) -> None:
        reached: set[State] = {State.SUBMITTED}
        for _ in State:
            for state in tuple(reached):
                for event in Event:
                    try:
                        reached.add(advance(state, event))
                    except WrongStepError:
                        continue

        assert reached == set(State)
        assert {State.NEEDS_EVIDENCE} == set(OPEN) - set(WAITING_FOR_REVIEW)
        assert all(state.words for state in State)


class TestReplay:
    def test_of_nothing_is_nothing(self) -> None:
        assert replay([]) is None

    def test_refuses_a_log_that_could_not_have_been(self) -> None:
        with pytest.raises(WrongStepError):
            replay([Event.SUBMIT, Event.UPHOLD, Event.UPHOLD])
