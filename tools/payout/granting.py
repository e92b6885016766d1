"""What a reward is before it is granted, and the decision on many at once: new, a duplicate, or more than is left."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

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

    def __post_init__(self) -> None:
        assert 0 < len(self.key) <= LONGEST_KEY, f"key {self.key!r}"
        assert 0 <= self.cash_fen <= LARGEST_AMOUNT, f"{self.key}: {self.cash_fen} fen"
        assert 0 <= self.impressions <= LARGEST_AMOUNT, f"{self.key}: {self.impressions} impressions"
        assert self.cash_fen or self.impressions, f"{self.key}: nothing to grant"

    @property
    def first_key(self) -> str:
        """The key of the first transfer: it exists when the reward was granted."""
        return FIRST_LEG + self.key

    @property
    def fingerprint(self) -> str:
        """The hash of the reward's body."""
        return grant_fingerprint(
            self.key,
            creator=str(self.creator_id),
            program=self.program,
            cash_fen=self.cash_fen,
            impressions=self.impressions,
            source=self.source,
            note=self.note,
        )

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The transfers that it is made of."""
        legs: list[Leg] = []
        if self.cash_fen:
            legs.append(Leg(self.first_key, Pool(self.pool, Asset.CASH), self.cash_fen))
        if self.impressions:
            key = SECOND_LEG + self.key if self.cash_fen else self.first_key
            legs.append(Leg(key, Pool(self.pool, Asset.TRAFFIC), self.impressions))
        return tuple(legs)


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What a batch asks of one budget for one programme and day: which rewards, and how much for each creator.

    `numbers` are the rewards' places in the batch.
    """

    program: str
    pool: str
    day: date
    rules_from: date
    numbers: list[int] = field(default_factory=list)
    cash: dict[int, int] = field(default_factory=dict)
    traffic: dict[int, int] = field(default_factory=dict)

    def amounts(self, asset: Asset) -> dict[int, int]:
        """Return how much of the asset each creator shall get."""
        return self.cash if asset is Asset.CASH else self.traffic


@dataclass(frozen=True, slots=True)
class Batch:
    """Rewards that are decided together, in their order, and what is worked out once, before anybody waits for it."""

    grants: Sequence[Grant]
    keys: list[str]
    fingerprints: list[str]
    demands: list[Demand]
    sums: dict[Pool, int]

    def only(self, answers: "Sequence[Answer]") -> "Batch":
        """Return the batch of the rewards that are granted by these answers."""
        granted = [number for number, answer in enumerate(answers) if answer.outcome is Outcome.GRANTED]
        if len(granted) == len(self.grants):
            return self
        grants = [self.grants[number] for number in granted]
        demands = _demands(grants)
        return Batch(
            grants,
            [self.keys[number] for number in granted],
            [self.fingerprints[number] for number in granted],
            demands,
            _sums(demands),
        )


def batch_of(grants: Sequence[Grant]) -> Batch:
    """Return the rewards with their first keys, fingerprints and sums."""
    demands = _demands(grants)
    keys = [FIRST_LEG + grant.key for grant in grants]
    return Batch(grants, keys, [grant.fingerprint for grant in grants], demands, _sums(demands))


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rewards of a programme come from on one day; worked out once for many rewards."""

    program: Program
    pool: str
    day: date
    rules_from: date

    def grant(
        self,
        *,
        key: str,
        creator_id: int,
        cash_fen: int = 0,
        impressions: int = 0,
        source: str = "",
        note: str = "",
    ) -> Grant:
        """Return the reward with this budget and these rules. Raises GrantError when there is no budget of the asset."""
        budget = self.program.budget
        assert budget is not None
        if cash_fen and not budget.cash_fen:
            raise GrantError(f"programme {self.program.id!r} has no budget of cash")
        if impressions and not budget.impressions:
            raise GrantError(f"programme {self.program.id!r} has no budget of traffic")
        return Grant(
            key, creator_id, self.program.id, self.pool, self.day, self.rules_from, cash_fen, impressions, source, note
        )  # fmt: skip


def place_of(program: Program, day: date) -> Place:
    """Return the pool that pays on that day, and the first day of the rules in force. Raises GrantError."""
    if (term := program.term(day)) is None:
        raise GrantError(f"programme {program.id!r} is not in force on {day}")
    if program.budget is None:
        raise GrantError(f"programme {program.id!r} has no budget")
    return Place(program, program.budget.account(day), day, term.starts_on)


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
    return place_of(program, day).grant(
        key=key,
        creator_id=creator_id,
        cash_fen=cash_fen,
        impressions=impressions,
        source=source,
        note=note,
    )


def decide_grants(
    batch: Batch, *, posted: Mapping[str, str], left: Mapping[Pool, int], caps: Caps = NO_CAPS
) -> list[Answer]:
    """Return the answer to each reward in its turn.

    `posted` maps the first keys that exist to their fingerprints, `left` the pools to what can be given, `caps` holds
    what the creators got. A reward that does not fit leaves what is there to smaller ones after it.
    """
    if not posted and not caps.near and _all_fit(batch, left):
        return [GRANTED] * len(batch.grants)
    known = dict(posted)
    rest = dict(left)
    got = dict(caps.got)
    return [
        _decide(grant, key, fingerprint, known=known, rest=rest, caps=caps, got=got)
        for grant, key, fingerprint in zip(batch.grants, batch.keys, batch.fingerprints, strict=True)
    ]


def _all_fit(batch: Batch, left: Mapping[Pool, int]) -> bool:
    """Whether no key comes twice and the pools hold the sum, so that the order does not matter."""
    return len(set(batch.keys)) == len(batch.keys) and all(
        left[pool] >= amount for pool, amount in batch.sums.items()
    )


def _decide(
    grant: Grant,
    key: str,
    fingerprint: str,
    *,
    known: dict[str, str],
    rest: dict[Pool, int],
    caps: Caps,
    got: dict[Share, int],
) -> Answer:
    if (before := known.get(key)) is not None:
        return DUPLICATE if before == fingerprint else KEY_REUSED
    legs = grant.legs
    amounts = {leg.pool.asset: leg.amount for leg in legs} if grant.creator_id in caps.near else {}
    # Before the budget: a capped reward must not send its holder there.
    if amounts and (
        over := caps.excess(
            creator_id=grant.creator_id, program=grant.program, day=grant.day, wanted=amounts, got=got
        )
    ):
        return Answer(Outcome.CAPPED, over.limit.asset, max(over.limit.amount - over.got, 0), over)
    for leg in legs:
        if rest[leg.pool] < leg.amount:
            return Answer(Outcome.EXHAUSTED, leg.pool.asset, rest[leg.pool])
    for leg in legs:
        rest[leg.pool] -= leg.amount
    if amounts:
        caps.count(got, creator_id=grant.creator_id, program=grant.program, day=grant.day, given=amounts)
    known[key] = fingerprint
    return GRANTED


def _demands(grants: Sequence[Grant]) -> list[Demand]:
    found: dict[tuple[str, str, date, date], Demand] = {}
    for number, grant in enumerate(grants):
        name = (grant.program, grant.pool, grant.day, grant.rules_from)
        if (demand := found.get(name)) is None:
            demand = found[name] = Demand(*name)
        demand.numbers.append(number)
        creator = grant.creator_id
        if fen := grant.cash_fen:
            demand.cash[creator] = demand.cash.get(creator, 0) + fen
        if impressions := grant.impressions:
            demand.traffic[creator] = demand.traffic.get(creator, 0) + impressions
    return list(found.values())


def _sums(demands: Sequence[Demand]) -> dict[Pool, int]:
    sums: dict[Pool, int] = {}
    for demand in demands:
        for asset in Asset:
            if amounts := demand.amounts(asset):
                pool = Pool(demand.pool, asset)
                sums[pool] = sums.get(pool, 0) + sum(amounts.values())
    return sums
