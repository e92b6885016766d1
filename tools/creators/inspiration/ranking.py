"""In which order topics are suggested: peers' plays first, then the season and what the creator is good at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from tools.creators.inspiration.catalogue import Draw, Idea

# So many works of an average topic are added to each: a handful of lucky works is no trend.
PRIOR_WORKS = 10
# Fewer works than these say nothing, however well one of them did.
FEWEST_WORKS = 3
# What an idea made for this season, or for what the creator is good at, gains over one that is not.
IN_SEASON = 1.15
STRENGTH = 1.10
# A reaction is a strength from this far above the peers' rate, and from so many plays.
STRONG = 1.10
FEWEST_PLAYS = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """Works and what came of them; tallies of different works add up."""

    works: int = 0
    plays: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    favourites: int = 0
    follows: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def less(self, other: "Tally") -> "Tally":
        """Return this without the works of the other, which are among these; never below nothing."""
        return Tally(*(max(0, getattr(self, each.name) - getattr(other, each.name)) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Standing:
    """How peers' works of one idea did: plays in all, and those that as many average works of like accounts had."""

    works: int
    plays: int
    expected_plays: float

    @property
    def plays_a_work(self) -> int:
        """The mean plays, rounded down; 0 without works."""
        return self.plays // self.works if self.works else 0

    @property
    def lift(self) -> float:
        """Plays against expectation, drawn towards 1 by PRIOR_WORKS average works; 1 below the minimum."""
        if self.works < FEWEST_WORKS or self.expected_plays <= 0:
            return 1.0
        prior = PRIOR_WORKS * self.expected_plays / self.works
        return (self.plays + prior) / (self.expected_plays + prior)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An idea with what its place rests on."""

    idea: Idea
    standing: Standing
    seasonal: bool
    strong: bool
    shot: str | None = None  # the creator's own work of the idea, in the last thirty days

    @property
    def score(self) -> float:
        """What the order goes by."""
        return self.standing.lift * (IN_SEASON if self.seasonal else 1) * (STRENGTH if self.strong else 1)


def standing(of_idea: Mapping[str, Tally], of_all: Mapping[str, Tally]) -> Standing:
    """Return the standing of an idea from its tallies by tier and those of all works by tier.

    A work is measured against the mean of its own tier (indirect standardisation): an idea that large accounts like
    is not called good for being shot by them.
    """
    expected = sum(
        tally.works * of_all[tier].plays / of_all[tier].works
        for tier, tally in of_idea.items()
        if tier in of_all and of_all[tier].works
    )
    return Standing(
        sum(tally.works for tally in of_idea.values()),
        sum(tally.plays for tally in of_idea.values()),
        expected,
    )


def ranked(
    ideas: Sequence[Idea],
    standings: Mapping[str, Standing],
    *,
    tags: Iterable[str],
    strength: Draw | None,
    shot: Mapping[str, str],
) -> list[Ranked]:
    """Return the ideas by score, those shot lately after all others; equal ones by id, the same everywhere."""
    here = set(tags)
    found = [
        Ranked(
            idea,
            standings.get(idea.id, Standing(0, 0, 0.0)),
            seasonal=bool(here & set(idea.when)),
            strong=strength is not None and idea.draws is strength,
            shot=shot.get(idea.id),
        )
        for idea in ideas
    ]
    return sorted(found, key=lambda each: (each.shot is not None, -each.score, each.idea.id))


def strength(own: Tally, peers: Tally) -> tuple[Draw, float] | None:
    """Return the reaction in which the creator is furthest above the peers, and how far; None when in none."""
    if own.plays < FEWEST_PLAYS or not peers.plays:
        return None
    ratios = [
        (getattr(own, draw.value) / own.plays / (getattr(peers, draw.value) / peers.plays), draw)
        for draw in Draw
        if getattr(peers, draw.value)
    ]
    best = max(ratios, key=lambda pair: pair[0], default=None)
    return (best[1], best[0]) if best and best[0] >= STRONG else None
