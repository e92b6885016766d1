"""What the catalogue holds: plain values, and how a creator's words lead to a topic."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

_BLANK = re.compile(r"\{[a-z]+\}")


class Draw(StrEnum):
    """What a topic asks of its viewers more than others do."""

    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    FAVOURITES = "favourites"
    FOLLOWS = "follows"

    @property
    def words(self) -> str:
        """The reaction as creators call it."""
        match self:
            case Draw.LIKES:
                return "点赞"
            case Draw.COMMENTS:
                return "评论"
            case Draw.SHARES:
                return "转发"
            case Draw.FAVOURITES:
                return "收藏"
            case Draw.FOLLOWS:
                return "涨粉"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Shot:
    """A shot of a script: how long, what is seen, what is said."""

    seconds: int
    picture: str
    words: str


@dataclass(frozen=True, slots=True)
class Idea:
    """A topic with all that it takes to shoot it; `words` in a work's title make the work one of this topic."""

    id: str
    category: str
    title: str
    words: tuple[str, ...]
    when: tuple[str, ...]
    draws: Draw
    hooks: tuple[str, ...]
    script: tuple[Shot, ...]
    cover: str
    music: str
    titles: tuple[str, ...]

    @property
    def seconds(self) -> int:
        """The length of the script."""
        return sum(shot.seconds for shot in self.script)

    @property
    def shown_titles(self) -> tuple[str, ...]:
        """The title patterns with a visible blank where the creator's own word goes."""
        return tuple(_BLANK.sub("○○", title) for title in self.titles)

    def matches(self, title: str) -> bool:
        """Whether a work with this title is of the topic."""
        return any(word in title for word in self.words)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category of the catalogue; `also` are other names of it."""

    category: str
    also: tuple[str, ...]
    version: int
    dated: date
    ideas: tuple[Idea, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch of the year with a tag: between two month-days, or the days before a festival of the moon."""

    tag: str
    words: str
    between: tuple[tuple[int, int], tuple[int, int]] | None
    lead: int
    days: tuple[date, ...]

    def holds_on(self, on: date) -> bool:
        """Whether the day lies in the season."""
        if self.between is None:
            return any(0 <= (day - on).days <= self.lead for day in self.days)
        first, last = self.between
        today = (on.month, on.day)
        # A winter goes over the end of the year.
        return first <= today <= last if first <= last else today >= first or today <= last


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be suggested."""

    shelves: tuple[Shelf, ...]
    seasons: tuple[Season, ...]

    def shelf(self, category: str) -> Shelf | None:
        """Return the shelf of a category by its name or another name of it."""
        own = (each for each in self.shelves if each.category == category)
        other = (each for each in self.shelves if category in each.also)
        return next(own, None) or next(other, None)

    def tags_on(self, on: date) -> dict[str, str]:
        """Return the seasons of a day, tag and words."""
        return {each.tag: each.words for each in self.seasons if each.holds_on(on)}

    def titled(self, text: str) -> Idea | None:
        """Return the idea whose whole title stands in a text."""
        return next((idea for shelf in self.shelves for idea in shelf.ideas if idea.title in text), None)


def in_season(idea: Idea, tags: Iterable[str]) -> bool:
    """Whether the idea is for any time, or for one of these seasons."""
    return not idea.when or bool(set(idea.when) & set(tags))


# One word of an idea, or two pairs of characters of its title: less is chance.
_FEWEST = 8


def about(ideas: Sequence[Idea], subject: str) -> list[Idea]:
    """Return the ideas that a subject in a creator's words fits, the best fit first; ties keep their order.

    A whole title counts most, then each of the idea's words that the subject holds, then pairs of characters that
    the subject shares with the title.
    """
    weights = {idea.id: _fit(idea, subject) for idea in ideas}
    return sorted((idea for idea in ideas if weights[idea.id] >= _FEWEST), key=lambda idea: -weights[idea.id])


def _fit(idea: Idea, subject: str) -> int:
    if idea.title in subject:
        return 1_000
    words = sum(10 * len(word) for word in idea.words if word in subject or subject in word)
    pairs = {subject[place : place + 2] for place in range(len(subject) - 1)}
    return words + sum(4 for pair in pairs if pair in idea.title)
