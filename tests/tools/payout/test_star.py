from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.read import PACKAGED_POLICIES, read_policies
from tools.kernel.holidays import working_calendar
from tools.payout.star import (
    APPLY_AGAIN_DAYS,
    SCREENING_WORKING_DAYS,
    SIGNING_DAYS,
    YEARLY_CAP_FEN,
    Done,
    StarState,
    StarTerms,
    WrongStepError,
    advance,
    completion,
    contract_months,
    screened_by,
    sign_by,
    top_up_fen,
)

WHOLE = Done(1, 1)


def clause(policy: str, number: str) -> str:
    return next(
        item.text
        for document in read_policies(PACKAGED_POLICIES)
        for item in document.clauses
        if (item.policy, item.clause) == (policy, number)
    )


class TestAdvance:
    def test_goes_from_application_to_the_end(self) -> None:
        state = StarState.APPLIED
        for step in ("screening", "passed", "signed", "running", "ended"):
            state = advance(state, StarState(step))

        assert state is StarState.ENDED

    @given(st.sampled_from(list(StarState)), st.sampled_from(list(StarState)))
    def test_never_goes_back_or_leaves_an_end(self, state: StarState, to: StarState) -> None:
        order = list(StarState)
        try:
            reached = advance(state, to)
        except WrongStepError:
            return

        assert state.is_open
        assert order.index(reached) > order.index(state)


class TestTopUpFen:
    def test_is_the_gap_to_the_floor(self) -> None:
        assert top_up_fen(floor_fen=100_00, earned_fen=30_01, done=WHOLE, topped_up_fen=0) == 69_99

    def test_is_nothing_above_the_floor(self) -> None:
        assert top_up_fen(floor_fen=100_00, earned_fen=100_00, done=WHOLE, topped_up_fen=0) == 0

    def test_is_paid_in_the_part_that_was_done(self) -> None:
        assert top_up_fen(floor_fen=100_00, earned_fen=0, done=Done(1, 3), topped_up_fen=0) == 33_33

    def test_stops_at_the_year_s_1_200_000_yuan(self) -> None:
        assert top_up_fen(floor_fen=10**8, earned_fen=0, done=WHOLE, topped_up_fen=YEARLY_CAP_FEN - 7) == 7
        assert "120 万元" in clause("star", "2.1")

    @given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 9)), max_size=12), st.integers(1, YEARLY_CAP_FEN))  # fmt: skip
    def test_never_passes_the_cap_or_the_floor(
        self, months: list[tuple[int, int, int]], floor_fen: int
    ) -> None:
        total = 0
        for earned_fen, _, done in months:
            added = top_up_fen(
                floor_fen=floor_fen, earned_fen=earned_fen, done=Done(done, 9), topped_up_fen=total
            )

            assert 0 <= added <= max(0, floor_fen - earned_fen)
            total += added
        assert total <= YEARLY_CAP_FEN


class TestCompletion:
    @pytest.mark.parametrize(
        ("works", "seconds", "done"),
        [
            (9, 36_000, Done(8, 8)),
            (4, 36_000, Done(4, 8)),
            (8, 9_000, Done(9_000, 36_000)),
            (0, 0, Done(0, 8)),
        ],
    )
    def test_is_the_smaller_share_of_works_and_hours(self, works: int, seconds: int, done: Done) -> None:
        terms = StarTerms(date(2022, 8, 1), 1, works_a_month=8, live_seconds_a_month=36_000)

        assert completion(terms, works=works, live_seconds=seconds) == done

    def test_is_whole_where_nothing_is_asked_for(self) -> None:
        assert completion(StarTerms(date(2022, 8, 1), 1), works=0, live_seconds=0) == WHOLE


class TestContractMonths:
    def test_are_twelve_in_a_year(self) -> None:
        terms = StarTerms(date(2022, 8, 1), 1)

        months = contract_months(terms.starts_on, terms.ends_on, before=date(2030, 1, 1))

        assert (len(months), months[0], months[-1]) == (12, date(2022, 8, 1), date(2023, 7, 1))

    def test_are_those_that_are_over(self) -> None:
        assert contract_months(date(2022, 8, 1), date(2023, 8, 1), before=date(2022, 9, 30)) == [
            date(2022, 8, 1)
        ]

    def test_leave_out_a_month_that_the_contract_did_not_finish(self) -> None:
        assert contract_months(date(2022, 8, 1), date(2022, 9, 20), before=date(2030, 1, 1)) == [
            date(2022, 8, 1)
        ]


class TestDates:
    def test_are_those_of_the_clauses(self) -> None:
        assert f"{SCREENING_WORKING_DAYS} 个工作日" in clause("star-application-rules", "2.2")
        assert f"{APPLY_AGAIN_DAYS} 天后重新报名" in clause("star-application-rules", "2.4")
        assert f"{SIGNING_DAYS} 天内" in clause("star-contract-rules", "1.1")
        # Monday the 15th: ten working days later is Monday the 29th.
        assert screened_by(date(2022, 8, 15), calendar=working_calendar()).day == date(2022, 8, 29)
        # Five working days for the contract, then fifteen days for the signature.
        assert sign_by(date(2022, 8, 15), calendar=working_calendar()).day == date(2022, 9, 6)

    def test_leave_public_holidays_out(self) -> None:
        # From 27 September: 国庆节 from the 1st to the 7th, and the weekend after it is worked.
        assert screened_by(date(2022, 9, 27), calendar=working_calendar()).day == date(2022, 10, 14)
        assert screened_by(date(2022, 12, 28), calendar=working_calendar()).unknown_years == (2023,)
