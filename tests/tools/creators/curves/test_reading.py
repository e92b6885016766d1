from datetime import date
from math import exp, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.curves.advice import Step, advise
from tools.creators.curves.comparison import Measure, Place, Rates, place
from tools.creators.curves.lengths import LengthBand, band_of, finish_of
from tools.creators.curves.reading import Curve, Moment, MomentKind, poisson_low, read
from tools.creators.curves.words import chart, moment_words

DAY = date(2022, 8, 14)


def a_curve(
    *,
    viewers: int = 1_000,
    leave: dict[int, int] | None = None,
    likes: dict[int, int] | None = None,
    replays: dict[int, int] | None = None,
    seconds: int = 40,
) -> Curve:  # fmt: skip - one line a kind
    """Return a curve that loses one of a hundred each second, more where told."""
    exits: list[int] = []
    watching = [viewers]
    for second in range(seconds + 1):
        gone = (leave or {}).get(second, watching[-1] // 100)
        exits.append(gone)
        watching.append(watching[-1] - gone)
    return Curve(
        (DAY,),
        viewers,
        viewers,
        tuple(watching[:-1]),
        tuple((likes or {}).get(second, 1) for second in range(seconds + 1)),
        tuple(exits),
        tuple((replays or {}).get(second, 2) for second in range(seconds + 1)),
    )


class TestRead:
    def test_finds_the_second_where_more_leave_than_around_it(self) -> None:
        curve = a_curve(leave={17: 90})

        reading = read(curve)

        assert reading
        [moment] = reading.exits
        assert (moment.second, moment.count, moment.of) == (17, 90, curve.viewers[17] + 2)
        around = [*range(11, 16), *range(19, 24)]
        assert moment.baseline_count == sum(curve.exits[second] for second in around)
        assert moment.baseline_of == sum(curve.viewers[second] + 2 for second in around)
        share = moment.count / moment.of
        assert moment.times_tenths == int(10 * share / (moment.baseline_count / moment.baseline_of))

    def test_measures_leaving_against_those_still_there(self) -> None:
        # Twenty leave at second 4 out of nearly a thousand, twenty at 34 out of a few hundred.
        curve = a_curve(leave={4: 20, 12: 500, 34: 20})

        reading = read(curve)

        assert reading
        assert {moment.second for moment in reading.exits} == {12, 34}

    def test_calls_no_small_count_a_moment(self) -> None:
        reading = read(a_curve(viewers=120, leave={17: 4}))

        assert reading
        assert reading.exits == ()

    def test_leaves_opening_and_end_to_other_figures(self) -> None:
        reading = read(a_curve(leave={0: 300, 2: 100, 39: 200, 40: 300}))

        assert reading
        assert reading.exits == ()

    def test_joins_neighbouring_seconds(self) -> None:
        reading = read(a_curve(likes={20: 40, 21: 60, 22: 30}, replays=dict.fromkeys(range(30, 34), 80)))

        assert reading
        [like], [replay] = reading.likes, reading.replays
        assert (like.first, like.second, like.last) == (20, 21, 22)
        assert (replay.first, replay.last) == (30, 33)

    def test_says_nothing_below_the_minimum_sample(self) -> None:
        assert read(a_curve(viewers=99)) is None
        assert read(a_curve(viewers=100)) is not None

    @given(st.lists(st.tuples(*[st.integers(0, 500)] * 4), min_size=2, max_size=40))
    def test_finds_only_what_its_own_numbers_show(self, seconds: list[tuple[int, int, int, int]]) -> None:
        viewers, likes, exits, replays = (tuple(each) for each in zip(*seconds, strict=True))
        curve = Curve((DAY,), viewers[0], sum(viewers), viewers, likes, exits, replays)

        reading = read(curve)

        for moment in (*reading.exits, *reading.likes, *reading.replays) if reading else ():
            assert moment.first <= moment.second <= moment.last
            assert moment.count * moment.baseline_of > moment.of * moment.baseline_count
            assert chart("a", curve, reading).marks if reading else True
            assert moment_words(moment)


class TestPoissonLow:
    @pytest.mark.parametrize("count", [5, 12, 40])
    def test_is_near_the_exact_bound(self, count: int) -> None:
        low = poisson_low(count)

        # At the bound, so many or more come up about once in 740 times (three standard deviations).
        term, tail = exp(-low), 0.0
        for number in range(count):
            tail += term
            term *= low / (number + 1)
        assert isclose(1 - tail, 0.00135, rel_tol=0.25)

    def test_is_nothing_without_an_event(self) -> None:
        assert poisson_low(0) == 0


class TestPlace:
    @given(st.lists(st.integers(0, 100), min_size=1, max_size=30), st.integers(0, 100))
    def test_counts_those_below(self, others: list[int], own: int) -> None:
        def rates(finished: int) -> Rates:
            return Rates(100, 90, 80, finished, 500, 100, 10)

        found = place(Measure.COMPLETION, rates(own), [rates(each) for each in others])

        assert found.own_bp == own * 100
        assert found.below_percent == sum(each < own for each in others) * 100 // len(others)
        assert found.median_bp == sorted(others)[(len(others) - 1) // 2] * 100


class TestAdvise:
    WEAK = Place(Measure.RETENTION_3, 5_000, 8_000, 10, 40)
    FINE = Place(Measure.RETENTION_3, 8_000, 7_800, 60, 40)

    @pytest.mark.parametrize(
        ("curve", "own", "peers", "step"),
        [
            (a_curve(leave={17: 90}, likes={25: 50}), [], [WEAK], Step.OPENING),
            (a_curve(leave={17: 90}), [WEAK], [FINE], Step.OPENING),
            (a_curve(leave={17: 90}, likes={25: 50}), [FINE], [FINE], Step.CUT),
            (a_curve(likes={25: 50}), [], [], Step.REUSE),
            (a_curve(replays={25: 50}), [], [], Step.EXPLAIN),
            (a_curve(), [], [], Step.KEEP),
        ],
    )
    def test_takes_what_costs_most_viewers_first(
        self, curve: Curve, own: list[Place], peers: list[Place], step: Step
    ) -> None:
        reading = read(curve)

        assert reading
        assert advise(reading, own=own, peers=peers).step is step


class TestWords:
    def test_name_the_second_and_the_evidence(self) -> None:
        moment = Moment(MomentKind.EXIT, 7, 7, 7, 98, 1_000, 320, 9_800)

        assert moment_words(moment) == "第 7 秒走了 9.8%，是前后的 3.0 倍（98/1,000）"

    def test_give_no_multiple_of_next_to_nothing(self) -> None:
        moment = Moment(MomentKind.LIKE, 7, 6, 8, 40, 1_000, 0, 9_800)

        assert moment_words(moment) == "第 6—8 秒，最高在第 7 秒，有 4.0% 点赞，前后几乎没有（40/1,000）"

    def test_show_long_works_in_steps_of_five_seconds(self) -> None:
        curve = a_curve(viewers=90_000, seconds=700, leave={402: 9_000})
        reading = read(curve)

        assert reading
        drawn = chart("长视频", curve, reading)
        assert len(drawn.labels) == 141
        assert drawn.labels[80] == "400 秒"
        assert drawn.series[2].values[80] == sum(curve.exits[400:405])
        assert 80 in {mark.at for mark in drawn.marks}


class TestLengths:
    @pytest.mark.parametrize(
        ("seconds", "band", "finish"),
        [
            (1, LengthBand.TO_15, 1),
            (15, LengthBand.TO_15, 15),
            (16, LengthBand.TO_30, 16),
            (60, LengthBand.TO_60, 57),
            (600, LengthBand.TO_600, 570),
            (601, LengthBand.LONGER, 571),
        ],
    )  # fmt: skip - two rows of cases
    def test_follow_from_the_duration(self, seconds: int, band: LengthBand, finish: int) -> None:
        assert band_of(seconds) is band
        assert finish_of(seconds) == finish
        assert band.words
