from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from tools.creators import generate as generating
from tools.creators.generate import generate, write_export
from tools.creators.invariants import INVARIANTS
from tools.creators.models import AccountDay, Creator, Work, WorkDay
from tools.creators.synthesis import synthesise
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError


class TestGenerate:
    def test_stores_a_platform_that_breaks_no_invariant(self, database: Database, on: date) -> None:
        heard: list[int] = []
        with database.writing() as session:
            counts = generate(session, creators=1_200, seed=7, on=on, days=14, progress=heard.append)

        assert heard == [1_000, 1_200]
        assert counts.account_days == 1_200 * 14
        with database.reading() as session:
            assert [list(invariant.violations(session)) for invariant in INVARIANTS] == [[]] * len(INVARIANTS)
            stored = [
                session.scalar(select(func.count()).select_from(table))
                for table in (Creator, Work, WorkDay, AccountDay)
            ]
            assert stored == [1_200, counts.works, counts.work_days, counts.account_days]
            assert session.scalar(select(func.max(AccountDay.day))) == on - timedelta(days=1)
            assert session.scalar(select(func.min(AccountDay.day))) == on - timedelta(days=14)

    def test_adds_nothing_the_second_time_and_others_with_another_seed(
        self, database: Database, on: date
    ) -> None:
        with database.writing() as session:
            for seed in (1, 1, 2):
                generate(session, creators=30, seed=seed, on=on, days=3)

            assert session.scalar(select(func.count()).select_from(Creator)) == 60

    @pytest.mark.parametrize(
        ("creators", "seed", "days", "message"),
        [
            (0, 1, 35, "creators must be from 1 to 100000000, not 0"),
            (1, -1, 35, "seed must be from 0 to 16777215, not -1"),
            (1, 1, 0, "days must be from 1 to 366, not 0"),
        ],
    )
    def test_refuses_sizes_that_make_no_platform(
        self, database: Database, on: date, creators: int, seed: int, days: int, message: str
    ) -> None:
        with database.writing() as session, pytest.raises(OperatorError, match=message):
            generate(session, creators=creators, seed=seed, on=on, days=days)


class TestSynthesise:
    def test_makes_the_same_platform_of_the_same_seed_only(self, on: date) -> None:
        [first] = synthesise(creators=50, seed=3, on=on, days=10)
        [again] = synthesise(creators=50, seed=3, on=on, days=10)
        [other] = synthesise(creators=50, seed=4, on=on, days=10)

        assert first == again
        assert not {row[0] for row in first.tables["works"]} & {row[0] for row in other.tables["works"]}

    def test_looks_like_a_platform(self, on: date) -> None:
        batches = list(synthesise(creators=3_000, seed=11, on=on, days=28))

        followers = np.array(
            [row[5] for batch in batches for row in batch.tables["creators"]], dtype=np.int64
        )
        works = {str(row[0]): row for batch in batches for row in batch.tables["works"]}
        days = [row for batch in batches for row in batch.tables["work_days"]]
        assert len(works) == sum(len(batch.tables["works"]) for batch in batches)
        # Heavy tails: the mean is far above the median, and the top percent holds a large part of everything.
        assert followers.mean() > 3 * np.median(followers)
        assert np.sort(followers)[-30:].sum() > 0.2 * followers.sum()
        # Plays fall with age: the third day has less than a third of the first.
        by_age = np.zeros(28)
        for public_id, day, plays, *_ in days:
            published = works[str(public_id)][5]
            assert isinstance(published, datetime)
            assert isinstance(day, date)
            assert isinstance(plays, int)
            by_age[day.toordinal() - published.toordinal()] += plays
        assert by_age[0] > 3 * by_age[3] > 3 * by_age[10]


class TestWriteExport:
    def test_writes_the_same_file_twice(self, tmp_path: Path, on: date) -> None:
        for name in ("first", "again"):
            write_export(tmp_path / name, creators=20, seed=9, on=on, days=5)

        for table in ("creators", "works", "work_days", "account_days", "violations"):
            first, again = (tmp_path / name / f"{table}.csv" for name in ("first", "again"))
            assert first.read_bytes() == again.read_bytes()

    def test_refuses_what_generate_refuses(self, tmp_path: Path, on: date) -> None:
        with pytest.raises(OperatorError, match="creators must be"):
            write_export(tmp_path, creators=generating.MOST_CREATORS + 1, seed=1, on=on)
