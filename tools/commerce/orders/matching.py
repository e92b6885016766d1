"""Whether an order is for a creator, and how well: hard conditions first, then points that each say why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from tools.kernel.money import count_text, yuan
from tools.kernel.rules.explain import Verdict

# Of 100 points: what the work is about weighs most, what the creator has done for brands before weighs as much as safety.
CATEGORY_POINTS = 30
REACH_POINTS = 20
PRICE_POINTS = 20
RESULTS_POINTS = 15
SAFETY_POINTS = 15
# A brief without a category takes any; the creator's own still fits better than one that asks for another.
_ANY_CATEGORY = 20
# So many typical plays for a yuan is what brands pay for; twice that gets no more points.
_PLAYS_A_YUAN = 20
_FRESH = 8  # without a history, half of the points: nothing speaks for or against
_NEVER_PRICED = 10
_POINTS_A_VIOLATION = 8


class Kind(StrEnum):
    """How a brief pays."""

    FIXED = "fixed"
    BID = "bid"
    EFFECT = "effect"

    @property
    def words(self) -> str:
        """The kind as creators call it."""
        match self:
            case Kind.FIXED:
                return "一口价"
            case Kind.BID:
                return "公开报价"
            case Kind.EFFECT:
                return "按效果付费"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a brief the fit depends on."""

    category: str | None
    kind: Kind
    price_fen: int
    ceiling_fen: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """What of a creator the fit depends on: `plays` of a typical recent work, orders that ended well or badly."""

    category: str
    plays: int
    own_price_fen: int | None
    done: int
    failed: int
    violations_180d: int
    chosen: bool  # a 光合优创 creator: recommended first (youchuang-rules 3.1)


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one aspect and why."""

    name: str
    points: int
    most: int
    words: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an order fits, from 0 to 100, part by part."""

    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        """The parts together."""
        return sum(part.points for part in self.parts)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, the strongest first."""
        ranked = sorted(self.parts, key=lambda part: -part.points / part.most)
        return tuple(part.words for part in ranked)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The platform's conditions and the brief's, each clause with what is missing."""

    platform: Verdict
    brief: Verdict

    @property
    def passed(self) -> bool:
        """Whether both hold."""
        return self.platform.passed and self.brief.passed


def fit(wanted: Wanted, candidate: Candidate) -> Fit:
    """Return how well a brief fits a creator who meets its conditions."""
    return Fit(
        (
            _category(wanted, candidate),
            _reach(wanted, candidate),
            _price(wanted, candidate),
            _results(candidate),
            _safety(candidate),
        )
    )


def ranked(candidates: Mapping[int, tuple[Candidate, Fit]]) -> list[int]:
    """Return creators by id in the order that a brief is offered: 光合优创 first, then fit, then the older account."""

    def place(creator_id: int) -> tuple[bool, int, int]:
        candidate, found = candidates[creator_id]
        return not candidate.chosen, -found.points, creator_id

    return sorted(candidates, key=place)


def broken_wording(words: str, *, forbidden: Sequence[str]) -> tuple[str, ...]:
    """Return the forbidden wordings that a text has."""
    plain = "".join(words.split()).casefold()
    return tuple(each for each in forbidden if "".join(each.split()).casefold() in plain)


def _category(wanted: Wanted, candidate: Candidate) -> Part:
    if wanted.category is None:
        return Part("category", _ANY_CATEGORY, CATEGORY_POINTS, "不限领域")
    if wanted.category == candidate.category:
        return Part("category", CATEGORY_POINTS, CATEGORY_POINTS, f"领域对口：{wanted.category}")
    return Part("category", 0, CATEGORY_POINTS, f"品牌要{wanted.category}，你是{candidate.category}")


def _reach(wanted: Wanted, candidate: Candidate) -> Part:
    """Points for how many plays the brand gets for its money; by effect it pays for plays anyway."""
    words = f"近期作品一般 {count_text(candidate.plays)}播放"
    if wanted.kind is Kind.EFFECT:
        points = min(REACH_POINTS, candidate.plays * REACH_POINTS // 100_000)
        return Part("reach", points, REACH_POINTS, words)
    wanted_plays = max(1, wanted.price_fen * _PLAYS_A_YUAN // 100)
    points = min(REACH_POINTS, candidate.plays * REACH_POINTS // wanted_plays)
    return Part("reach", points, REACH_POINTS, words)


def _price(wanted: Wanted, candidate: Candidate) -> Part:
    own = candidate.own_price_fen
    if own is None or wanted.kind is Kind.EFFECT:
        return Part("price", _NEVER_PRICED, PRICE_POINTS, "还没有可比的报价")
    if own <= wanted.ceiling_fen:
        return Part("price", PRICE_POINTS, PRICE_POINTS, f"价格不低于你过往的 {yuan(own)} 元")
    points = PRICE_POINTS * wanted.ceiling_fen // own
    return Part("price", points, PRICE_POINTS, f"价格低于你过往的 {yuan(own)} 元")


def _results(candidate: Candidate) -> Part:
    total = candidate.done + candidate.failed
    if not total:
        return Part("results", _FRESH, RESULTS_POINTS, "还没有商单记录")
    points = RESULTS_POINTS * candidate.done // total
    return Part("results", points, RESULTS_POINTS, f"过往 {total} 单完成 {candidate.done} 单")


def _safety(candidate: Candidate) -> Part:
    points = max(0, SAFETY_POINTS - _POINTS_A_VIOLATION * candidate.violations_180d)
    words = (
        f"近 180 天有 {candidate.violations_180d} 次违规"
        if candidate.violations_180d
        else "近 180 天没有违规"
    )
    return Part("safety", points, SAFETY_POINTS, words)
