from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.tools.payout.conftest import CallOf
from tests.tools.payout.test_payout_runs import broken
from tools.creators.models import Work, WorkDay
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.operator_files import Imported
from tools.kernel.period import PLATFORM_ZONE, parse_period
from tools.payout import drama_service, service
from tools.payout.drama_models import DramaShare
from tools.payout.drama_rules import Level
from tools.payout.drama_tool import TOOL, ModeUnknown, short_drama_revenue
from tools.payout.revenue_jobs import grant_drama_shares

HEAD = "work,day,effective_plays,fraud_plays\n"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, 30, tzinfo=PLATFORM_ZONE)


def a_drama(
    session: Session, handle: str, *, series: str = "合租", episodes: int = 5, verified: bool = True
) -> int:
    """Store an account with one series, an episode a day from the first of August on, 1,000 plays a day each."""
    creator = a_creator(session, handle)
    session.execute(
        text("UPDATE creator SET real_name_verified = :v WHERE id = :id"), {"v": verified, "id": creator}
    )
    for number in range(1, episodes + 1):
        day = date(2022, 8, number)
        work = Work(
            public_id=f"{handle}{number}", creator_id=creator, title=f"第{number}集", kind="drama", category="短剧",
            published_at=at(day), duration_seconds=60, series=series, drama_level="P",
        )  # fmt: skip
        session.add(work)
        session.flush()
        session.add_all(
            WorkDay(
                work_id=work.id, day=day + timedelta(days=age), plays=1_000, completed_plays=0, follower_plays=0,
                watch_seconds=0, likes=0, comments=0, shares=0, favourites=0, new_followers=0,
            )
            for age in range(10)
        )  # fmt: skip
    session.flush()
    return creator


def load(database: Database, folder: Path, *rows: str, on: date = date(2022, 8, 15)) -> Imported:
    path = folder / "plays.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    with database.writing() as session:
        return drama_service.import_days(session, path=path, on=on)


def granted(database: Database, creator: int) -> int:
    with database.reading() as session:
        lines = service.income(
            session, creator_id=creator, period=parse_period("this_year", on=date(2022, 8, 15))
        )
        return sum(line.amount_fen for line in lines)


@pytest.fixture
def creator(database: Database) -> int:
    with database.writing() as session:
        return a_drama(session, "duanju")


class TestImportDays:
    def test_stores_corrects_and_leaves_alone(self, database: Database, tmp_path: Path, creator: int) -> None:
        rows = ("duanju5,2022-08-06,700,0", "duanju4,2022-08-06,650,10")

        assert load(database, tmp_path, *rows) == Imported(new=2)
        assert load(database, tmp_path, *rows) == Imported(unchanged=2)
        assert load(database, tmp_path, "duanju5,2022-08-06,700,70", rows[1]) == Imported(
            changed=1, unchanged=1
        )

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("nobody,2022-08-06,1,0", "column work: nobody is no published episode of a series"),
            ("duanju5,2022-08-04,1,0", "column day: 2022-08-04 is before duanju5 came out on 2022-08-05"),
            ("duanju5,2022-08-15,1,0", "column day: 2022-08-15 is not over yet on 2022-08-15"),
            ("duanju5,2022-08-06,1,2", "column fraud_plays: 2 of 1 effective plays"),
            (
                "duanju5,2022-08-06,1001,0",
                "column effective_plays: 1001 is more than the 1000 plays of that day",
            ),
            ("duanju5,2022-08-06,-1,0", "column effective_plays: not a whole number"),
            ("duanju5,2022-08-06,1.5,0", "column effective_plays: not a whole number"),
            ("duanju5,2022-08-06,１,0", "column effective_plays: not a whole number"),
            ("duanju5,yesterday,1,0", "column day: not a day as YYYY-MM-DD"),
        ],
    )
    def test_names_what_is_wrong_and_stores_nothing(
        self, database: Database, tmp_path: Path, creator: int, row: str, problem: str
    ) -> None:
        with pytest.raises(OperatorError, match=r"plays\.csv row 3, ") as raised:
            load(database, tmp_path, "duanju4,2022-08-06,650,10", row)

        assert problem in str(raised.value)
        with database.reading() as session:
            period = parse_period("this_month", on=date(2022, 8, 15))
            assert drama_service.revenue(session, creator_id=creator, period=period) == []

    def test_takes_a_day_once(self, database: Database, tmp_path: Path, creator: int) -> None:
        with pytest.raises(OperatorError, match="duanju5 on 2022-08-06 is there twice"):
            load(database, tmp_path, "duanju5,2022-08-06,1,0", "duanju5,2022-08-06,1,0")


class TestGrantShares:
    def test_pays_5_yuan_for_1000_plays_without_losing_a_fen(
        self, database: Database, tmp_path: Path, creator: int
    ) -> None:
        # 333 plays are 166.5 fen: two days are 333 fen, not 332.
        for day in (6, 7):
            load(database, tmp_path, f"duanju5,2022-08-{day:02},333,0")
            grant_drama_shares(database, at(date(2022, 8, day + 1)))
            grant_drama_shares(database, at(date(2022, 8, day + 1)))

        assert granted(database, creator) == 333
        assert broken(database) == []

    def test_takes_back_fraud_that_is_found_before_the_month_settles(
        self, database: Database, tmp_path: Path, creator: int
    ) -> None:
        load(database, tmp_path, "duanju5,2022-08-06,1000,0", "duanju5,2022-08-07,800,0")
        grant_drama_shares(database, at(date(2022, 8, 8)))
        assert granted(database, creator) == 900

        load(database, tmp_path, "duanju5,2022-08-06,1000,400")
        grant_drama_shares(database, at(date(2022, 8, 9)))

        assert granted(database, creator) == 700
        with database.reading() as session:
            assert service.balance(session, creator_id=creator).unsettled_fen == 700
            assert len(session.scalars(select(DramaShare)).all()) == 2
        assert broken(database) == []

    def test_carries_forward_what_can_be_withdrawn_already(
        self, database: Database, tmp_path: Path, creator: int
    ) -> None:
        load(database, tmp_path, "duanju5,2022-08-06,1000,0")
        grant_drama_shares(database, at(date(2022, 8, 8)))
        with database.writing() as session:
            service.settle_due(session, now=at(date(2022, 9, 15)))
        load(database, tmp_path, "duanju5,2022-08-06,1000,1000")
        grant_drama_shares(database, at(date(2022, 9, 16)))
        assert granted(database, creator) == 500
        with database.reading() as session:
            period = parse_period("month:8", on=date(2022, 9, 16))
            [found] = drama_service.revenue(session, creator_id=creator, period=period)
        assert (found.amount_fen, found.carried_fen, found.fraud_plays) == (0, 500, 1_000)

        load(database, tmp_path, "duanju5,2022-08-07,1000,0", "duanju5,2022-08-08,1000,0")
        grant_drama_shares(database, at(date(2022, 9, 17)))

        assert granted(database, creator) == 1_000
        assert broken(database) == []

    def test_follows_a_level_that_changes(self, database: Database, tmp_path: Path, creator: int) -> None:
        load(database, tmp_path, "duanju5,2022-08-06,1000,0", "duanju5,2022-08-07,1000,0")
        grant_drama_shares(database, at(date(2022, 8, 8)))

        with database.writing() as session:
            drama_service.rate(
                session, handle="duanju", series="合租", level=Level.S_PLUS, from_day=date(2022, 8, 7)
            )
        grant_drama_shares(database, at(date(2022, 8, 9)))

        assert granted(database, creator) == 500 + 2_000
        assert broken(database) == []

    def test_books_a_missed_month_in_its_own_month(
        self, database: Database, tmp_path: Path, creator: int
    ) -> None:
        load(database, tmp_path, "duanju5,2022-08-06,1000,0")

        grant_drama_shares(database, at(date(2022, 9, 5)))

        with database.reading() as session:
            [share] = session.scalars(select(DramaShare))
            assert share.day == date(2022, 8, 31)

    def test_waits_for_the_real_name(self, database: Database, tmp_path: Path) -> None:
        with database.writing() as session:
            creator = a_drama(session, "noname", verified=False)
        load(database, tmp_path, "noname5,2022-08-06,1000,0")

        grant_drama_shares(database, at(date(2022, 8, 8)))

        assert granted(database, creator) == 0

    def test_pays_no_series_of_too_few_episodes(self, database: Database, tmp_path: Path) -> None:
        with database.writing() as session:
            creator = a_drama(session, "short", episodes=4)
        load(database, tmp_path, "short4,2022-08-06,1000,0")

        grant_drama_shares(database, at(date(2022, 8, 8)))

        assert granted(database, creator) == 0


class TestShortDramaRevenue:
    def test_tells_plays_money_and_what_waits(
        self, database: Database, tmp_path: Path, creator: int, call_of: CallOf
    ) -> None:
        load(database, tmp_path, "duanju5,2022-08-06,1000,100", "duanju4,2022-08-07,500,0")
        grant_drama_shares(database, at(date(2022, 8, 8)))

        with database.reading() as session:
            reply = short_drama_revenue(call_of(session, creator), mode="P模式")

        assert reply.text.splitlines() == [
            "成长模式 P：每 1,000 次有效播放 5.00 元，零头按比例算；一位观众看一集满 5 秒算有效播放，同一集一天最多算 1 次。",
            "2022年8月（到8月15日）成长模式 P 短剧分账 7.00 元：",
            "· 《合租》成长模式 P：有效播放 1,400 次，分账 7.00 元，剔除刷量 100 次",
            "已核算、待结算 7.00 元，次月 15 日计入可提现余额。",
        ]
        assert [item.clause for item in reply.citations] == ["3.1", "3.2", "3.3"]

    def test_tells_nothing_of_another_creator(
        self, database: Database, tmp_path: Path, creator: int, call_of: CallOf
    ) -> None:
        load(database, tmp_path, "duanju5,2022-08-06,987,0")
        with database.writing() as session:
            stranger = a_creator(session, "stranger")
            said = [
                short_drama_revenue(call_of(session, stranger), period=period)
                for period in ("this_month", "this_year")
            ]

        assert not any("987" in reply.text + str(reply.facts) or "合租" in reply.text for reply in said)

    @pytest.mark.parametrize("mode", ["duanju", "S++", "1 OR 1=1", "x" * 500])
    def test_knows_its_modes(self, database: Database, creator: int, call_of: CallOf, mode: str) -> None:
        with database.reading() as session, pytest.raises(ModeUnknown) as raised:
            short_drama_revenue(call_of(session, creator), mode=mode)

        assert len(str(raised.value)) < 100

    def test_has_many_different_asks(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
