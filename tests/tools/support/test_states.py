import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.support.states import CaseState, CaseStep, Ending, Standing, WrongStepError, advance

STEPS = st.lists(st.tuples(st.sampled_from(CaseStep), st.integers(1, 3)), max_size=30)


def after(*steps: CaseStep, agent: int = 1) -> Standing:
    standing = Standing()
    for step in steps:
        standing = advance(standing, step, agent=agent)
    return standing


class TestAdvance:
    @given(STEPS)
    def test_keeps_one_holder_or_none_in_any_order_of_events(self, steps: list[tuple[CaseStep, int]]) -> None:
        standing = Standing()
        for step, agent in steps:
            before = standing
            try:
                standing = advance(before, step, agent=agent)
            except WrongStepError:
                continue
            assert (standing.holder is not None) == standing.state.is_held
            assert (standing.ending is not None) == (standing.state is CaseState.RESOLVED)
            assert standing.reopened == before.reopened + (step is CaseStep.REOPEN)
            # Only taking and handing on change who speaks.
            if step not in {CaseStep.TAKE, CaseStep.TRANSFER} and standing.holder is not None:
                assert standing.holder == before.holder

    @given(STEPS)
    def test_leads_from_an_end_only_by_reopening(self, steps: list[tuple[CaseStep, int]]) -> None:
        standing = after(CaseStep.OPEN, CaseStep.TAKE, CaseStep.RESOLVE)
        for step, agent in steps:
            if step is CaseStep.REOPEN:
                break
            with pytest.raises(WrongStepError):
                advance(standing, step, agent=agent)

    def test_goes_from_the_assistant_to_a_person_and_back(self) -> None:
        whole = (CaseStep.OPEN, CaseStep.TAKE, CaseStep.AGENT_SPOKE, CaseStep.WAIT, CaseStep.CREATOR_SPOKE)
        states = [after(*whole[:count]).state for count in range(len(whole) + 1)]

        assert states == [
            CaseState.BOT,
            CaseState.QUEUED,
            CaseState.ASSIGNED,
            CaseState.ASSIGNED,
            CaseState.PENDING_CREATOR,
            CaseState.ASSIGNED,
        ]
        assert after(*whole, CaseStep.RESOLVE).ending is Ending.SOLVED
        assert after(*whole, CaseStep.CANCEL).ending is Ending.CANCELLED
        assert after(*whole, CaseStep.RESOLVE, CaseStep.REOPEN) == Standing(CaseState.QUEUED, reopened=1)
