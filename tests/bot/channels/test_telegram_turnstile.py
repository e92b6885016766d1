"""The turnstile under any arrivals: limits in every window, higher lanes first, nobody shut out."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_turnstile import (
    SHARE_OF_LOWER_LANES,
    Limits,
    Rate,
    Ticket,
    Turnstile,
    per_second,
)

LIMITS = Limits(total=Rate(3, 0.5), chat=Rate(1, 1.0), group=Rate(4, 6.0))
CASE, DEADLINE, BULK = 0, 1, 2
GROUP = -100

arrivals = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.05, 0.4, 2.0]),
        st.sampled_from([CASE, DEADLINE, BULK]),
        st.sampled_from([1, 2, 3, 4, GROUP]),
    ),
    min_size=1,
    max_size=60,
)


def run(turnstile: Turnstile, tickets: Sequence[tuple[float, Ticket]]) -> list[tuple[float, Ticket]]:
    """Let everything arrive and go as early as it may."""
    gone: list[tuple[float, Ticket]] = []
    coming, now = list(tickets), 0.0
    while coming or turnstile.waiting():
        while coming and coming[0][0] <= now:
            turnstile.join(coming.pop(0)[1])
        while ticket := turnstile.take(now):
            gone.append((now, ticket))
        moments = [at for at in (turnstile.next_at(), coming[0][0] if coming else None) if at is not None]
        now = max(now, min(moments, default=now))
    return gone


def scheduled(drawn: Sequence[tuple[float, int, int]]) -> list[tuple[float, Ticket]]:
    at, found = 0.0, list[tuple[float, Ticket]]()
    for number, (gap, lane, chat) in enumerate(drawn):
        at += gap
        found.append((at, Ticket(number, lane, chat)))
    return found


def most_in(rate: Rate, times: Sequence[float]) -> int:
    return max((sum(start <= at < start + rate.seconds for at in times) for start in times), default=0)


class TestTurnstile:
    @given(arrivals)
    @settings(max_examples=60, deadline=None)
    def test_never_lets_more_through_than_a_limit_in_any_window(
        self, drawn: list[tuple[float, int, int]]
    ) -> None:
        gone = run(Turnstile(LIMITS), scheduled(drawn))

        assert sorted(ticket.number for _, ticket in gone) == list(range(len(drawn)))
        assert most_in(LIMITS.total, [at for at, _ in gone]) <= LIMITS.total.most
        for chat in {ticket.chat for _, ticket in gone}:
            rate = LIMITS.of_chat(chat)
            assert most_in(rate, [at for at, ticket in gone if ticket.chat == chat]) <= rate.most

    @given(arrivals)
    @settings(max_examples=60, deadline=None)
    def test_keeps_the_order_of_a_chat_inside_a_lane(self, drawn: list[tuple[float, int, int]]) -> None:
        gone = run(Turnstile(LIMITS), scheduled(drawn))

        places = {(ticket.lane, ticket.chat): list[int]() for _, ticket in gone}
        for _, ticket in gone:
            places[ticket.lane, ticket.chat].append(ticket.number)
        assert all(numbers == sorted(numbers) for numbers in places.values())

    def test_takes_the_higher_lane_first_but_never_shuts_out_the_lower(self) -> None:
        turnstile = Turnstile(Limits(total=Rate(1, 1.0)))
        for number in range(100):
            turnstile.join(Ticket(number, CASE, 1_000 + number))
        for number in range(100, 130):
            turnstile.join(Ticket(number, BULK, 1_000 + number))

        lanes = [taken.lane for second in range(60) if (taken := turnstile.take(second))]

        assert len(lanes) == 60
        assert lanes.count(BULK) == 60 // SHARE_OF_LOWER_LANES
        assert lanes[: SHARE_OF_LOWER_LANES - 1] == [CASE] * (SHARE_OF_LOWER_LANES - 1)

    def test_lets_nobody_through_during_the_flood_wait(self) -> None:
        turnstile = Turnstile(Limits())
        turnstile.join(Ticket(1, CASE, 1))
        turnstile.pause(7.0)
        turnstile.pause(3.0)

        assert turnstile.take(6.9) is None
        assert turnstile.next_at() == 7.0
        assert turnstile.take(7.0) == Ticket(1, CASE, 1)

    def test_is_not_held_up_by_a_chat_that_must_wait(self) -> None:
        turnstile = Turnstile(Limits())
        for number, chat in enumerate([1, 1, 2]):
            turnstile.join(Ticket(number, CASE, chat))

        assert [taken.chat for _ in range(3) if (taken := turnstile.take(0.0))] == [1, 2]
        assert turnstile.take(1.0) == Ticket(1, CASE, 1)

    def test_forgets_who_left(self) -> None:
        turnstile = Turnstile(Limits())
        turnstile.join(Ticket(1, BULK, 1))
        turnstile.leave(Ticket(1, BULK, 1))

        assert turnstile.take(0.0) is None
        assert turnstile.next_at() is None


class TestPerSecond:
    @given(st.integers(min_value=1, max_value=1_000))
    @settings(max_examples=30, deadline=None)
    def test_keeps_every_second_at_the_number(self, total: int) -> None:
        rate = per_second(total).total
        turnstile = Turnstile(Limits(total=rate))
        tickets = [(0.0, Ticket(number, BULK, number)) for number in range(min(3 * total, 300))]

        gone = [at for at, _ in run(turnstile, tickets)]

        assert most_in(Rate(total, 0.999), gone) <= total
