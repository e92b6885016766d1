"""Any order of follows, unfollows, blocks, migrations and rollbacks, beside a model in plain Python."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from tests.tools.detection.migration.cases import (
    JULY,
    an_upheld_report,
    broken,
    two_accounts,
)
from tools.detection.migration import moving, queries, service
from tools.detection.migration.following import block, follow, unfollow
from tools.detection.migration.models import FollowerMigration
from tools.detection.migration.outcomes import MigrationState
from tools.kernel.db import Database

VIEWERS = 14
STEPS = 60


@dataclass
class Model:
    """What the store should hold: follows with their case, blocks, and what the running case did."""

    original: int
    impostor: int
    follows: dict[tuple[int, int], int | None] = field(default_factory=dict[tuple[int, int], "int | None"])
    blocks: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    moved: list[int] = field(default_factory=list[int])
    cursor: int = -1

    def follow(self, creator: int, viewer: int) -> None:
        if (creator, viewer) not in self.blocks:
            self.follows.setdefault((creator, viewer), None)

    def unfollow(self, creator: int, viewer: int) -> None:
        self.follows.pop((creator, viewer), None)

    def block(self, creator: int, viewer: int) -> None:
        self.unfollow(creator, viewer)
        self.blocks.add((creator, viewer))

    def move(self, case: int, size: int) -> None:
        here = sorted(
            viewer for creator, viewer in self.follows if creator == self.impostor and viewer > self.cursor
        )
        for viewer in here[:size]:
            self.cursor = viewer
            other = (self.original, viewer)
            own = self.follows[self.impostor, viewer] is None
            if own and other not in self.follows and other not in self.blocks:
                del self.follows[self.impostor, viewer]
                self.follows[other] = case
                self.moved.append(viewer)

    def give_back(self, case: int) -> None:
        for viewer in self.moved:
            blocked = {(self.original, viewer), (self.impostor, viewer)} & self.blocks
            if self.follows.get((self.original, viewer)) == case and not blocked:
                del self.follows[self.original, viewer]
                self.follows.setdefault((self.impostor, viewer), None)
        self.moved, self.cursor = [], -1


@pytest.mark.parametrize("seed", range(12))
class TestAnyOrder:
    def test_ends_as_the_model_says(self, database: Database, now: datetime, on: date, seed: int) -> None:
        draw = random.Random(seed)  # noqa: S311 - a test that can be repeated
        with database.writing() as session:
            model = Model(*two_accounts(session))
            an_upheld_report(session, original=model.original, impostor=model.impostor, now=now)
        case: FollowerMigration | None = None

        for _ in range(STEPS):
            case = self.one_step(database, model, case, draw, now)
            self.compare(database, model)

        assert broken(database) == []

    def one_step(
        self,
        database: Database,
        model: Model,
        case: FollowerMigration | None,
        draw: random.Random,
        now: datetime,
    ) -> FollowerMigration | None:
        creator, viewer = draw.choice((model.original, model.impostor)), draw.randrange(VIEWERS)
        step = draw.choices(("follow", "unfollow", "block", "apply", "move", "return"), (12, 3, 1, 2, 4, 1))[
            0
        ]
        with database.writing() as session:
            match step:
                case "follow":
                    follow(session, creator_id=creator, follower_id=viewer, on=JULY)
                    model.follow(creator, viewer)
                case "unfollow":
                    unfollow(session, creator_id=creator, follower_id=viewer)
                    model.unfollow(creator, viewer)
                case "block":
                    block(session, creator_id=creator, follower_id=viewer)
                    model.block(creator, viewer)
                case "apply" if case is None:
                    made = service.apply(session, creator_id=model.original, target="muren_guanfang", now=now)
                    service.approve(session, number=made.number, by="甲", now=now)
                    return session.get_one(FollowerMigration, made.id)
                case "move" if case is not None:
                    size = draw.randint(1, 4)
                    done = moving.advance(session, migration_id=case.id, now=now, size=size)
                    if done.examined:
                        model.move(case.id, size)
                case "return" if case is not None:
                    found = queries.migration(session, case.id)
                    assert found is not None
                    if found.state == MigrationState.APPROVED:
                        return case
                    service.begin_return(session, number=found.number, by="乙", now=now)
                    while moving.advance(session, migration_id=case.id, now=now, size=3).more:
                        pass
                    model.give_back(case.id)
                    return None
                case _:
                    pass
        return case

    def compare(self, database: Database, model: Model) -> None:
        with database.reading() as session:
            sides = [model.original, model.impostor]
            stored = {
                (creator, viewer): mark
                for creator, viewer, _, mark in queries.edges(session, creator_ids=sides)
            }
            totals = queries.totals(session, creator_ids=sides)
        assert stored == model.follows
        for side in sides:
            counted = sum(creator == side for creator, _ in model.follows)
            assert (totals[side].followers if side in totals else 0) == counted
