from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.read import PACKAGED_POLICIES, read_policies
from tools.kernel.rules.ways import Reference
from tools.payout.drama import (
    THOUSANDTHS,
    Adjustment,
    PlayDay,
    Rating,
    Series,
    Share,
    adjust,
    booking_days,
    earned_fen,
    takes_part_from,
    totals,
)
from tools.payout.drama_rules import DramaRules, Level, rules_on
from tools.payout.drama_service import all_rules

RELEASED = date(2022, 8, 1)
RULES = all_rules()


def a_series(*ratings: tuple[int, Level], released_on: date = RELEASED) -> Series:
    """Return a series that takes part from the start; ratings are (day of August, level)."""
    rated = tuple(Rating(date(2022, 8, day), level) for day, level in ratings)
    return Series(released_on, RULES, rated, {1: date(2022, 1, 1), 2: released_on})


def plays(day: int, count: int, fraud: int = 0) -> PlayDay:
    return PlayDay(date(2022, 8, day), count, fraud)


class TestRules:
    @pytest.mark.parametrize("rules", RULES, ids=lambda rules: f"v{rules.version}")
    def test_are_what_the_clauses_print(self, rules: DramaRules) -> None:
        prices, play = rules.prices, rules.effective_play
        stated = clause_texts(rules.starts_on)

        assert f"不少于 {rules.episodes.count} 集" in stated[rules.episodes.reference]
        assert f"之日起 {rules.days.count} 天内" in stated[rules.days.reference]
        assert f"不少于 {play.seconds} 秒" in stated[play.reference]
        assert f"一天只计 {play.times_a_day} 次" in stated[play.reference]
        words = {
            Level.S_PLUS: "S+ 级 {} 元", Level.S: "S 级 {} 元", Level.A: "A 级 {} 元", Level.P: "成长模式 P 为 {} 元",
        }  # fmt: skip
        for level, fen in prices.fen_per_thousand.items():
            assert words[level].format(fen // 100) in stated[prices.reference]
            assert fen % 100 == 0
        assert ("成长模式 P" in stated[prices.reference]) is (Level.P in prices.fen_per_thousand)

    def test_pay_the_growth_mode_what_the_conference_announced(self) -> None:
        rules = rules_on(RULES, date(2022, 7, 29))

        assert rules is not None
        assert rules.prices.fen_per_thousand[Level.P] == 5 * 100
        assert "千次有效播放分账 5 元" in clause_texts(date(2022, 7, 29))[Reference("drama-revenue", "1.2")]

    def test_change_on_the_day_of_the_conference(self) -> None:
        before, after = rules_on(RULES, date(2022, 7, 28)), rules_on(RULES, date(2022, 7, 29))

        assert (before and before.version, after and after.version) == (1, 2)
        assert rules_on(RULES, date(2021, 12, 31)) is None


def clause_texts(on: date) -> dict[Reference, str]:
    return {
        Reference(clause.policy, clause.clause): clause.text
        for policy in read_policies(PACKAGED_POLICIES)
        for clause in policy.clauses
        if clause.holds_on(on)
    }


class TestTotals:
    def test_price_1000_plays_of_the_growth_mode_at_5_yuan(self) -> None:
        assert totals(a_series(), [plays(3, 1_000)]) == {2: 500 * THOUSANDTHS}

    def test_leave_fraud_out(self) -> None:
        assert totals(a_series(), [plays(3, 1_500, 500)]) == {2: 500 * THOUSANDTHS}

    def test_price_each_day_at_its_own_level(self) -> None:
        series = a_series((1, Level.P), (10, Level.S_PLUS), (20, Level.STOPPED))

        worth = totals(series, [plays(9, 1_000), plays(10, 1_000), plays(20, 1_000_000)])

        assert worth == {2: 2_500 * THOUSANDTHS}

    def test_count_the_first_180_days_only(self) -> None:
        last, over = RELEASED + timedelta(days=179), RELEASED + timedelta(days=180)

        assert totals(a_series(), [PlayDay(last, 1_000), PlayDay(over, 1_000)]) == {2: 500 * THOUSANDTHS}

    def test_pay_no_unrated_series_under_the_first_rules(self) -> None:
        series = a_series(released_on=date(2022, 7, 1))

        assert totals(series, [PlayDay(date(2022, 7, 28), 1_000)]) == {}

    def test_pay_nothing_before_the_conditions_are_met(self) -> None:
        series = Series(RELEASED, RULES, (), {2: date(2022, 8, 9)})

        assert totals(series, [plays(8, 1_000), plays(9, 2_000)]) == {2: 1_000 * THOUSANDTHS}


class TestEarnedFen:
    @given(st.lists(st.integers(0, 5_000), min_size=31, max_size=31), st.sets(st.integers(2, 31)))
    def test_sums_over_any_periods_side_by_side_to_the_whole(self, counts: list[int], cuts: set[int]) -> None:
        series = a_series((1, Level.A), (15, Level.P))
        days = [plays(day, count) for day, count in enumerate(counts, start=1)]
        edges = [date(2022, 8, 1), *(date(2022, 8, day) for day in sorted(cuts)), date(2022, 9, 1)]

        parts = [earned_fen(series, days, starts_on=first, ends_on=last) for first, last in pairwise(edges)]

        assert sum(parts) == earned_fen(series, days, starts_on=edges[0], ends_on=edges[-1])


class TestTakesPartFrom:
    def test_is_the_day_of_the_fifth_episode_of_one_series(self) -> None:
        episodes = [("a", date(2022, 8, day)) for day in (9, 1, 3, 5, 7)] + [("b", date(2022, 8, 2))] * 4

        assert takes_part_from(episodes, rules=RULES) == {2: date(2022, 8, 9)}


class TestBookingDays:
    @pytest.mark.parametrize(
        ("on", "days"),
        [
            (date(2022, 8, 1), (date(2022, 7, 31),)),
            (date(2022, 8, 5), (date(2022, 7, 31), date(2022, 8, 4))),
            (date(2022, 8, 14), (date(2022, 7, 31), date(2022, 8, 13))),
            (date(2022, 8, 15), (date(2022, 8, 14),)),
        ],
    )
    def test_keep_the_month_before_open_until_it_settles(self, on: date, days: tuple[date, ...]) -> None:
        assert booking_days(on) == days


class TestAdjust:
    def test_grants_what_is_missing_on_the_day_that_it_belongs_to(self) -> None:
        july, august = date(2022, 7, 31), date(2022, 8, 4)

        found = adjust([(july, 1_999), (august, 3_000)], [])

        assert found == Adjustment(granted=((july, 1), (august, 2)))

    def test_takes_back_the_newest_unsettled_share_and_grants_the_rest_of_it_again(self) -> None:
        day = date(2022, 8, 4)
        shares = [
            Share(1, day, 50, settled=True),
            Share(2, day, 30, settled=False),
            Share(3, day, 20, settled=False),
        ]

        assert adjust([(day, 75_000)], shares) == Adjustment((3, 2), ((day, 25),))

    def test_carries_forward_what_was_settled(self) -> None:
        day = date(2022, 8, 4)

        found = adjust([(day, 10_000)], [Share(1, day, 50, settled=True), Share(2, day, 5, settled=False)])

        assert found == Adjustment((2,), (), carried_fen=40)

    @given(st.data())
    def test_ends_at_the_same_sum_whatever_the_order_and_the_batches(self, data: st.DataObject) -> None:
        """Days arrive late and in any order, fraud is found later, levels change: the money is that of the plays."""
        levels = st.sampled_from(list(Level))
        series = a_series((1, data.draw(levels)), (data.draw(st.integers(2, 15)), data.draw(levels)))
        final = [
            plays(day, count, data.draw(st.integers(0, count)))
            for day, count in enumerate(data.draw(st.lists(st.integers(0, 3_000), max_size=20)), start=1)
        ]
        events = [(item.day, PlayDay(item.day, item.effective_plays)) for item in final]
        events += [(item.day, item) for item in final]
        order: Sequence[int] = data.draw(st.permutations(range(len(events))))
        known: dict[date, PlayDay] = {}
        shares: list[Share] = []
        for place in order:
            day, item = events[place]
            # A correction that comes first stays: figures are replaced, not summed.
            known[day] = item if day not in known or item.fraud_plays else known[day]
            if data.draw(st.booleans()):
                shares = run(series, known, shares)
            if data.draw(st.integers(0, 9)) == 0:
                shares = [Share(share.number, share.day, share.amount_fen, settled=True) for share in shares]
        known = {item.day: item for item in final}
        settled_fen = sum(share.amount_fen for share in shares if share.settled)

        shares = run(series, known, run(series, known, shares))

        due = totals(series, known.values()).get(2, 0) // THOUSANDTHS
        assert sum(share.amount_fen for share in shares) == max(due, settled_fen)


def run(series: Series, known: dict[date, PlayDay], shares: list[Share]) -> list[Share]:
    """Return the shares after one daily run."""
    on = date(2022, 9, 1)
    worth = [(on, totals(series, known.values()).get(2, 0))]
    found = adjust(worth, shares)
    number = max((share.number for share in shares), default=0)
    kept = [share for share in shares if share.number not in found.taken_back]
    assert not any(share.settled for share in shares if share.number in found.taken_back)
    return kept + [
        Share(number + place, day, fen, settled=False)
        for place, (day, fen) in enumerate(found.granted, start=1)
    ]
