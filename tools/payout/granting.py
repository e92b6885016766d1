"""What a reward is before it is granted, and the decision on many at once: new, a duplicate, or more than is left."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from typing_extensions import override

from tools.payout.caps import NO_CAPS, Caps, Excess, Share
from tools.payout.posting import LARGEST_AMOUNT, Asset
from tools.payout.programs import Program

# The transfers of a reward are keyed by the reward's key: its first leg (cash, or traffic alone), and the traffic that
# goes with cash. No key of one kind is ever a key of the other.
FIRST_LEG: Final = "grant:"
SECOND_LEG: Final = "grant+:"
LONGEST_KEY: Final = 100


class GrantError(ValueError):
    """A reward that can never be granted: the programme has no rules or no such budget on that day."""


class Outcome(StrEnum):
    """What became of a reward."""

    GRANTED = "granted"
    DUPLICATE = "duplicate"  # the same reward was granted before
    EXHAUSTED = "exhausted"  # the budget holds less at this moment, slices of others included
    CAPPED = "capped"  # the creator would get more than the programme's cap
    KEY_REUSED = "key_reused"  # the key stands for another reward


@dataclass(frozen=True, slots=True)
class Pool:
    """The budget of one period and one asset; `name` is the owner name of its account."""

    name: str
    asset: Asset
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.name, self.asset.value)))

    @override
    def __hash__(self) -> int:
        # Pools are looked up several times for each reward, and an enum's own hash is slow.
        return self._hash

    @override
    def __reduce__(self) -> tuple[object, ...]:
        # Another process hashes texts otherwise: there it is made anew.
        return _pool, (self.name, self.asset)


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer of a reward."""

    key: str
    pool: Pool
    amount: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A reward of a programme: cash, impressions, or both, which then are granted together or not at all.

    `pool`, `day` and `rules_from` say from which budget, on which day and under which rules it is granted first; a
    retry on a later day is the same reward, so they are not part of its fingerprint.
    """

    key: str
    creator_id: int
    program: str
    pool: str
    day: date
    rules_from: date
    cash_fen: int = 0
    impressions: int = 0
    source: str = ""
    note: str = ""
    first_key: str = field(init=False, repr=False)
    fingerprint: str = field(init=False, repr=False)
    legs: tuple[Leg, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        assert 0 < len(self.key) <= LONGEST_KEY, f"key {self.key!r}"
        assert 0 <= self.cash_fen <= LARGEST_AMOUNT, f"{self.key}: {self.cash_fen} fen"
        assert 0 <= self.impressions <= LARGEST_AMOUNT, f"{self.key}: {self.impressions} impressions"
        assert self.cash_fen or self.impressions, f"{self.key}: nothing to grant"
        # Worked out once, here, and not in the transaction that others may wait for.
        first_key = FIRST_LEG + self.key
        cash = (Leg(first_key, _pool(self.pool, Asset.CASH), self.cash_fen),) if self.cash_fen else ()
        traffic_key = SECOND_LEG + self.key if self.cash_fen else first_key
        traffic = (
            (Leg(traffic_key, _pool(self.pool, Asset.TRAFFIC), self.impressions),) if self.impressions else ()
        )
        fingerprint = grant_fingerprint(
            self.key,
            creator=str(self.creator_id),
            program=self.program,
            cash_fen=self.cash_fen,
            impressions=self.impressions,
            source=self.source,
            note=self.note,
        )
        object.__setattr__(self, "first_key", first_key)
        object.__setattr__(self, "legs", cash + traffic)
        object.__setattr__(self, "fingerprint", fingerprint)


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome; for an exhausted budget or a reached cap also which asset, and what was left of it at that moment."""

    outcome: Outcome
    asset: Asset | None = None
    left: int = 0
    excess: Excess | None = None


GRANTED: Final = Answer(Outcome.GRANTED)
DUPLICATE: Final = Answer(Outcome.DUPLICATE)
KEY_REUSED: Final = Answer(Outcome.KEY_REUSED)


def grant_fingerprint(
    key: str, *, creator: str, program: str, cash_fen: int, impressions: int, source: str, note: str
) -> str:
    """Return the SHA-256 of a reward: what is granted to whom, and nothing of when and from which slice."""
    # Lengths before the free texts keep two different rewards from being written alike.
    text = f"{len(key)}:{key},{creator},{program},{cash_fen},{impressions},{len(source)}:{source},{note}"
    return hashlib.sha256(text.encode()).hexdigest()


def place_grant(
    program: Program,
    *,
    key: str,
    creator_id: int,
    day: date,
    cash_fen: int = 0,
    impressions: int = 0,
    source: str = "",
    note: str = "",
) -> Grant:
    """Return the reward with the budget and the rules of the programme on that day.

    Raises GrantError when the programme is not in force or has no budget of the asset.
    """
    pool, rules_from = pool_and_rules(program, day, cash=bool(cash_fen), traffic=bool(impressions))
    return Grant(key, creator_id, program.id, pool, day, rules_from, cash_fen, impressions, source, note)


def pool_and_rules(program: Program, day: date, *, cash: bool, traffic: bool) -> tuple[str, date]:
    """Return the pool that pays on that day, and the first day of the rules in force. Raises GrantError."""
    if (term := program.term(day)) is None:
        raise GrantError(f"programme {program.id!r} is not in force on {day}")
    budget = program.budget
    if budget is None or (cash and not budget.cash_fen) or (traffic and not budget.impressions):
        asset = "" if budget is None else " of cash" if cash and not budget.cash_fen else " of traffic"
        raise GrantError(f"programme {program.id!r} has no budget{asset}")
    return budget.account(day), term.starts_on


def decide_grants(
    grants: Sequence[Grant], *, posted: Mapping[str, str], left: Mapping[Pool, int], caps: Caps = NO_CAPS
) -> list[Answer]:
    """Return the answer to each reward in its turn.

    `posted` maps the first keys that exist to their fingerprints, `left` the pools to what can be given, `caps` holds
    what the creators got. A reward that does not fit leaves what is there to smaller ones after it.
    """
    known = dict(posted)
    rest = dict(left)
    got = dict(caps.got)
    return [_decide(grant, known, rest, caps, got) for grant in grants]


def _decide(
    grant: Grant, known: dict[str, str], rest: dict[Pool, int], caps: Caps, got: dict[Share, int]
) -> Answer:
    if (before := known.get(grant.first_key)) is not None:
        return DUPLICATE if before == grant.fingerprint else KEY_REUSED
    capped = (grant.program, grant.day) in caps.limits
    amounts = {leg.pool.asset: leg.amount for leg in grant.legs} if capped else {}
    # Before the budget: a capped reward must not send its holder there.
    if capped and (
        over := caps.excess(
            creator_id=grant.creator_id, program=grant.program, day=grant.day, wanted=amounts, got=got
        )
    ):
        return Answer(Outcome.CAPPED, over.limit.asset, max(over.limit.amount - over.got, 0), over)
    for leg in grant.legs:
        if rest[leg.pool] < leg.amount:
            return Answer(Outcome.EXHAUSTED, leg.pool.asset, rest[leg.pool])
    for leg in grant.legs:
        rest[leg.pool] -= leg.amount
    if capped:
        caps.count(got, creator_id=grant.creator_id, program=grant.program, day=grant.day, given=amounts)
    known[grant.first_key] = grant.fingerprint
    return GRANTED


@lru_cache(maxsize=1_000)
def _pool(name: str, asset: Asset) -> Pool:
    # The same object each time: a dictionary compares it by identity.
    return Pool(name, asset)
