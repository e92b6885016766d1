"""The recommendation system's file of what coupons brought: exact faults, and the same end however often it is loaded."""

import os
import signal
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.processes import start
from tests.tools.payout.couponing import DAY, a_coupon, broken, use
from tests.tools.payout.rewarding import a_work, an_account, at, plays_of
from tools.kernel.db import Database, open_database
from tools.kernel.errors import OperatorError
from tools.kernel.operator_files import Imported
from tools.payout import coupon_service, deliveries
from tools.payout.models import CouponDay, TrafficCoupon
from tools.schema import metadata

HEAD = "coupon,day,impressions,plays\n"
ON = DAY + timedelta(days=5)
ROWS = 12_000


@pytest.fixture
def store(database: Database) -> Database:
    """Return a store with LQ000001 of 500 on a work with 100 plays a day, LQ000002 of 700 unused, LQ000003 on that work."""
    with database.writing() as session:
        creator = an_account(session, "laotie")
        work = a_work(session, creator, at(DAY, 9))
        for day in range(3):
            plays_of(session, work, DAY + timedelta(days=day), 100)
        for key, impressions in (("one", 500), ("two", 700), ("three", 300)):
            a_coupon(session, creator, impressions=impressions, key=key)
        use(session, 1, creator, work, at(DAY))
        use(session, 3, creator, work, at(DAY + timedelta(days=1), 13))
    return database


def load(database: Database, folder: Path, *rows: str, head: str = HEAD) -> Imported:
    path = folder / "shown.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), "utf-8")
    with database.writing() as session:
        return deliveries.import_deliveries(session, path=path, on=ON)


def stored(database: Database) -> list[tuple[int, date, int, int]]:
    with database.reading() as session:
        rows = session.scalars(select(CouponDay).order_by(CouponDay.coupon_id, CouponDay.day))
        return [(row.coupon_id, row.day, row.impressions, row.plays) for row in rows]


class TestImportDeliveries:
    def test_stores_corrects_and_leaves_alone(self, store: Database, tmp_path: Path) -> None:
        rows = ("LQ000001,2022-08-15,200,16", "LQ000001,2022-08-16,300,24")

        found = [
            load(store, tmp_path, *rows),
            load(store, tmp_path, *rows),
            load(store, tmp_path, rows[0], "LQ000001,2022-08-16,250,20"),
        ]

        assert found == [Imported(new=2), Imported(unchanged=2), Imported(changed=1, unchanged=1)]
        assert stored(store) == [(1, DAY, 200, 16), (1, DAY + timedelta(days=1), 250, 20)]
        with store.reading() as session:
            assert broken(session) == []

    def test_gives_the_plays_with_the_coupon_beside_those_without_it(
        self, store: Database, tmp_path: Path
    ) -> None:
        load(store, tmp_path, "LQ000001,2022-08-15,200,16", "LQ000001,2022-08-16,300,24")

        with store.reading() as session:
            coupon = session.get_one(TrafficCoupon, 1)
            [_, found] = coupon_service.effects(session, creator_id=coupon.creator_id, on=ON, now=at(ON))

        assert found.effect is not None
        assert (found.effect.boosted, found.effect.organic, found.delivered) == (40, 160, 500)

    def test_judges_a_coupon_by_all_of_the_file(self, store: Database, tmp_path: Path) -> None:
        """One day falls, another rises: only what the file leaves behind must fit."""
        load(store, tmp_path, "LQ000001,2022-08-15,500,0")

        done = load(store, tmp_path, "LQ000001,2022-08-16,400,0", "LQ000001,2022-08-15,100,0")

        assert done == Imported(new=1, changed=1)

    @pytest.mark.parametrize(
        ("rows", "fault"),
        [
            (("LQ1,2022-08-15,1,0",), "row 2, column coupon: not a coupon's number as LQ000012: 'LQ1'"),
            (("LQ000009,2022-08-15,1,0",), "row 2, column coupon: there is no coupon LQ000009"),
            (
                ("LQ000001,2022-08-15,1,0", "LQ000002,2022-08-15,1,0"),
                "row 3, column coupon: LQ000002 is available: nothing can be delivered of it",
            ),
            (("LQ000001,2022-8-15,1,0",), "row 2, column day: not a day as YYYY-MM-DD: '2022-8-15'"),
            (("LQ000001,2022-08-20,1,0",), "row 2, column day: 2022-08-20 is not over yet on 2022-08-20"),
            (
                ("LQ000003,2022-08-15,1,0",),
                "row 2, column day: 2022-08-15 is before LQ000003 was used on 2022-08-16",
            ),
            (("LQ000001,2022-08-15,-1,0",), "row 2, column impressions: not a whole number"),
            (("LQ000001,2022-08-15,1.5,0",), "row 2, column impressions: not a whole number"),
            (("LQ000001,2022-08-15,10,11",), "row 2, column plays: 11 of 10 impressions"),
            (
                ("LQ000001,2022-08-15,10,1", "LQ000001,2022-08-15,10,1"),
                "row 3, column coupon: LQ000001 on 2022-08-15 is there twice",
            ),
            (
                ("LQ000001,2022-08-15,300,1", "LQ000001,2022-08-16,201,1"),
                "row 3, column impressions: 501 in all of LQ000001, which holds 500",
            ),
            (
                ("LQ000001,2022-08-16,300,60", "LQ000003,2022-08-16,300,41"),
                "row 3, column plays: coupons brought 101 plays on 2022-08-16, the work had 100",
            ),
        ],
    )
    def test_names_row_and_column_and_stores_nothing(
        self, store: Database, tmp_path: Path, rows: tuple[str, ...], fault: str
    ) -> None:
        with pytest.raises(OperatorError) as refused:
            load(store, tmp_path, *rows)

        assert str(refused.value).startswith(f"shown.csv {fault}")
        assert stored(store) == []

    def test_takes_no_other_columns(self, store: Database, tmp_path: Path) -> None:
        with pytest.raises(
            OperatorError, match=r"shown\.csv row 1: the columns are coupon, day, plays; expected"
        ):
            load(store, tmp_path, head="coupon,day,plays\n")


def _import(url: str, path: str) -> None:
    database = open_database(url)
    with database.writing() as session:
        deliveries.import_deliveries(session, path=Path(path), on=ON)
    database.close()


class TestImportDeliveriesKilled:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def url(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / 'guanghe.sqlite'}"
        create_database: Callable[[str], str] = request.getfixturevalue("create_database")
        return create_database("deliveries")

    def test_leaves_nothing_and_is_repeated_exactly(self, url: str, tmp_path: Path) -> None:
        database = open_database(url)
        metadata.create_all(database.engine)
        with database.writing() as session:
            _many_coupons(session)
        path = tmp_path / "shown.csv"
        path.write_text(
            HEAD + "".join(f"LQ{number:06d},2022-08-15,400,30\n" for number in range(1, ROWS + 1))
        )
        outcomes: list[int] = []
        for wait in (0.0, 0.05, 0.1, 0.2):
            worker = start(_import, url, str(path))
            assert worker.pid is not None
            # The waits fall before the import, into it and near its end.
            worker.join(timeout=0.05 + wait)
            if worker.is_alive():
                os.kill(worker.pid, signal.SIGKILL)
            worker.join()
            with database.reading() as session:
                outcomes.append(session.scalar(select(func.count()).select_from(CouponDay)) or 0)
        _import(url, str(path))
        _import(url, str(path))

        assert set(outcomes) <= {0, ROWS}
        with database.reading() as session:
            rows, shown = session.execute(select(func.count(), func.sum(CouponDay.impressions))).one()
            assert (rows, shown) == (ROWS, ROWS * 400)
        database.close()


def _many_coupons(session: Session) -> None:
    creator = an_account(session, "laotie")
    work = a_work(session, creator, at(DAY, 9))
    session.add_all(
        TrafficCoupon(
            creator_id=creator, program="guanghe", impressions=500, source=f"s{number}", granted_on=DAY,
            valid_until=at(DAY + timedelta(days=8)), state="used", work_id=work, used_at=at(DAY),
        )
        for number in range(ROWS)
    )  # fmt: skip
    session.flush()
