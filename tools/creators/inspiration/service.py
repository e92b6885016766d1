"""Inspiration: the catalogue's ideas for a creator, in the order of what works for peers now."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tools.creators.inspiration import queries, ranking
from tools.creators.inspiration.catalogue import Catalogue, Draw, Shelf, in_season
from tools.creators.inspiration.models import TopicStanding
from tools.creators.inspiration.queries import PlayedWork
from tools.creators.inspiration.ranking import Ranked, Standing, Tally
from tools.kernel.period import last_days

WINDOW_DAYS = 30
_ACCOUNTS_A_READ = 20_000
_ALL = ""


@dataclass(frozen=True, slots=True)
class Ideas:
    """What to suggest, best first, and what the order rests on."""

    ranked: tuple[Ranked, ...]
    peer_works: int
    counted_on: date | None
    strength: tuple[Draw, float] | None


def ideas(
    session: Session,
    shelf: Shelf,
    catalogue: Catalogue,
    *,
    creator_id: int,
    on: date,
    wanted: Collection[str] = (),
) -> Ideas:
    """Return the shelf's ideas for this creator on this day: in season, by peers' plays, shot lately ones last.

    The ideas `wanted` by id are there whatever the season. The peers are everybody else in the category; the creator's own works are taken out of the snapshot's counts.
    """
    rows = queries.standings(session, category=shelf.category)
    counted_on = rows[0].counted_on if rows else None
    own_works = [
        work
        for work in _own(session, creator_id=creator_id, counted_on=counted_on)
        if work.category in (shelf.category, *shelf.also)
    ]
    own = _counted(own_works, shelf)
    peers = {
        key: tally.less(own.get(key, Tally()))
        for key, tally in {(row.idea, row.tier): _tally(row) for row in rows}.items()
    }
    standings = {idea.id: _standing(peers, idea.id) for idea in shelf.ideas}
    everybody = _sum(tally for (idea, _), tally in peers.items() if idea == _ALL)
    strong = ranking.strength(_sum(work.tally for work in own_works), everybody)
    titles = queries.titles(session, creator_id=creator_id, period=last_days(WINDOW_DAYS, on=on))
    tags = catalogue.tags_on(on)
    fitting = [idea for idea in shelf.ideas if in_season(idea, tags) or idea.id in wanted]
    shot = {idea.id: title for idea in fitting for title in reversed(titles) if idea.matches(title)}
    best = strong[0] if strong else None
    return Ideas(
        ranked=tuple(ranking.ranked(fitting, standings, tags=tags, strength=best, shot=shot)),
        peer_works=everybody.works,
        counted_on=counted_on,
        strength=strong,
    )


def _own(session: Session, *, creator_id: int, counted_on: date | None) -> list[PlayedWork]:
    if counted_on is None:
        return []
    period = last_days(WINDOW_DAYS, on=counted_on)
    return queries.works(session, period=period, after=creator_id - 1, until=creator_id)


def _standing(peers: dict[tuple[str, str], Tally], idea: str) -> Standing:
    return ranking.standing(
        {tier: tally for (of, tier), tally in peers.items() if of == idea},
        {tier: tally for (of, tier), tally in peers.items() if of == _ALL},
    )


def _counted(works: Iterable[PlayedWork], shelf: Shelf) -> dict[tuple[str, str], Tally]:
    """Return the tallies by idea and tier; a work counts for each idea that its title names, and for all."""
    found: dict[tuple[str, str], Tally] = {}
    for work in works:
        named = [idea.id for idea in shelf.ideas if idea.matches(work.title)]
        for idea in (_ALL, *named):
            key = (idea, work.tier)
            found[key] = found.get(key, Tally()).plus(work.tally)
    return found


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total = total.plus(tally)
    return total


def _tally(row: TopicStanding) -> Tally:
    return Tally(row.works, row.plays, row.likes, row.comments, row.shares, row.favourites, row.follows)


def count(
    session: Session, catalogue: Catalogue, *, on: date, at_once: int = _ACCOUNTS_A_READ
) -> list[TopicStanding]:
    """Return the snapshot over the works of the thirty days before `on`, not stored yet.

    Works are read by ranges of creator ids and only their sums are kept.
    """
    sums: dict[tuple[str, str, str], Tally] = {}
    last = queries.last_id(session)
    for after in range(0, last, at_once):
        found = queries.works(
            session, period=last_days(WINDOW_DAYS, on=on), after=after, until=min(after + at_once, last)
        )
        for category in dict.fromkeys(work.category for work in found):
            shelf = catalogue.shelf(category)
            if shelf is None:
                continue
            for (idea, tier), tally in _counted(
                (work for work in found if work.category == category), shelf
            ).items():
                key = (shelf.category, tier, idea)
                sums[key] = sums.get(key, Tally()).plus(tally)
    return [
        TopicStanding(
            category=category,
            tier=tier,
            idea=idea,
            counted_on=on,
            works=tally.works,
            plays=tally.plays,
            likes=tally.likes,
            comments=tally.comments,
            shares=tally.shares,
            favourites=tally.favourites,
            follows=tally.follows,
        )
        for (category, tier, idea), tally in sums.items()
    ]


def replace(session: Session, snapshot: Sequence[TopicStanding]) -> None:
    """Store the snapshot in place of the one before."""
    queries.delete_standings(session)
    session.add_all(snapshot)
    session.flush()
