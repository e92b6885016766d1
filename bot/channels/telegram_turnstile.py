"""Who may send next under Telegram's limits: pure, so that any order of arrivals can be tried on it.

Requests of a higher lane go first, inside a lane the one that came first; one whose chat must wait holds up nobody else.
So that a lower lane is never shut out for good, every tenth request goes to whoever waits longest below the highest lane.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

# Of so many requests one goes to a lower lane when the higher ones never pause.
SHARE_OF_LOWER_LANES = 10
_CHATS_REMEMBERED = 4_096
# Stands for the chat of a request that shows nothing in any.
NO_CHAT = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` requests in any `seconds`."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What the Bot API allows: in all, in one private chat, and in one group (chat ids below zero).

    `burst` keeps a second's worth from going at once, but a little faster than the total, so that who wakes late catches up.
    """

    total: Rate = Rate(25, 1.0)
    burst: Rate = Rate(5, 0.15)
    chat: Rate = Rate(1, 1.0)
    group: Rate = Rate(20, 60.0)

    def of_chat(self, chat: int) -> Rate:
        """Return the rate of one chat."""
        if chat == NO_CHAT:
            return self.total
        return self.group if chat < 0 else self.chat


def per_second(total: int) -> Limits:
    """Return the limits with another number of messages a second in all."""
    return Limits(total=Rate(total, 1.0), burst=Rate(max(total // 5, 1), 0.15))


@dataclass(frozen=True, slots=True, order=True)
class Ticket:
    """A request that wants to go out: `number` is its place in the order of arrival, lane 0 the highest."""

    number: int
    lane: int
    chat: int


@dataclass(slots=True)
class _Window:
    """The last requests of one rate."""

    rate: Rate
    went: deque[float] = field(default_factory=deque[float])

    def free_at(self) -> float:
        """Return from when on one more request keeps the rate."""
        if len(self.went) < self.rate.most:
            return float("-inf")
        return self.went[0] + self.rate.seconds

    def let_go(self, now: float) -> None:
        self.went.append(now)
        if len(self.went) > self.rate.most:
            self.went.popleft()


class Turnstile:
    """Lets waiting requests through, one at a time; `now` never runs backwards."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._totals = (_Window(limits.total), _Window(limits.burst))
        self._chats: dict[int, _Window] = {}
        self._lanes: dict[int, list[Ticket]] = {}
        self._paused_until = float("-inf")
        self._since_lower = 0

    @property
    def paused_until(self) -> float:
        """The end of the flood wait."""
        return self._paused_until

    def waiting(self) -> int:
        """Return how many requests wait."""
        return sum(map(len, self._lanes.values()))

    def join(self, ticket: Ticket) -> None:
        """Let the request wait for its turn; one that comes back with its old number stands where it stood."""
        insort(self._lanes.setdefault(ticket.lane, []), ticket)

    def leave(self, ticket: Ticket) -> None:
        """Forget a request that no longer waits."""
        lane = self._lanes.get(ticket.lane, [])
        place = bisect_left(lane, ticket)
        if place < len(lane) and lane[place] == ticket:
            del lane[place]

    def pause(self, until: float) -> None:
        """Let nobody through until then: Telegram asked for it."""
        self._paused_until = max(self._paused_until, until)

    def take(self, now: float) -> Ticket | None:
        """Return the request that goes now, counted against the limits; None when none may."""
        if now < self._all_free_at():
            return None
        ready = next(self._ready(now), None)
        if ready is None:
            return None
        self.leave(ready)
        self._count(ready, now)
        return ready

    def spare(self, now: float) -> bool:
        """Return whether a request that may as well be left out goes now; it is counted against the total."""
        if self.waiting() or now < self._all_free_at():
            return False
        self._let_go(now)
        return True

    def next_at(self) -> float | None:
        """Return when the next waiting request may go, None when none waits."""
        chats = {ticket.chat for lane in self._lanes.values() for ticket in lane}
        if not chats:
            return None
        return max(self._all_free_at(), min(map(self._free_at, chats)))

    def _ready(self, now: float) -> Iterator[Ticket]:
        """Yield whose turn it would be, the first of each lane that may go."""
        firsts = [
            ticket
            for _, lane in sorted(self._lanes.items())
            if (ticket := next((one for one in lane if self._free_at(one.chat) <= now), None)) is not None
        ]
        lower = [ticket for ticket in firsts if ticket.lane > firsts[0].lane]
        if lower and self._since_lower >= SHARE_OF_LOWER_LANES - 1:
            yield min(lower)
        yield from firsts

    def _count(self, ticket: Ticket, now: float) -> None:
        self._let_go(now)
        if ticket.chat not in self._chats and len(self._chats) >= _CHATS_REMEMBERED:
            self._forget(now)
        self._chats.setdefault(ticket.chat, _Window(self._limits.of_chat(ticket.chat))).let_go(now)
        below = any(lane for number, lane in self._lanes.items() if number > ticket.lane)
        self._since_lower = self._since_lower + 1 if below else 0

    def _let_go(self, now: float) -> None:
        for window in self._totals:
            window.let_go(now)

    def _all_free_at(self) -> float:
        return max(self._paused_until, *(window.free_at() for window in self._totals))

    def _free_at(self, chat: int) -> float:
        window = self._chats.get(chat)
        return window.free_at() if window else float("-inf")

    def _forget(self, now: float) -> None:
        """Forget the chats whose last requests count no more."""
        for chat, window in list(self._chats.items()):
            if window.went[-1] + window.rate.seconds <= now:
                del self._chats[chat]
