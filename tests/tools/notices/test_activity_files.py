from datetime import datetime
from pathlib import Path

import pytest

from tests.calls import a_creator
from tests.tools.notices.conftest import POLICIES, an_activity
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.operator_files import Imported
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import activities, activity_files, broadcasts, queries, service

COLUMNS = ",".join(activity_files.COLUMNS)
ROW = {
    "key": "HD-1",
    "title": "夏日美食季",
    "category": "美食",
    "about": "拍一道菜",
    "reward": "流量券",
    "policy": "activity-notices-rules",
    "clause": "2.3",
    "audience": "followers >= 10000",
    "starts": "2022-08-16",
    "ends": "2022-08-30",
    "sign_up_by": "2022-08-20 18:00",
}
YAML = """
- key: HD-1
  title: 夏日美食季
  category: 美食
  about: 拍一道菜
  reward: 流量券
  policy: activity-notices-rules
  clause: "2.3"
  audience: followers >= 10000
  starts: 2022-08-16
  ends: 2022-08-30
  sign_up_by: 2022-08-20 18:00:00
"""


def csv(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "activities.csv"
    lines = [COLUMNS, *(",".join(row[name] for name in activity_files.COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def in_force(policy: str, clause: str, on: object) -> bool:
    return POLICIES.clause(policy, clause, on=on) is not None  # pyright: ignore[reportArgumentType] - a day


def imported(database: Database, path: Path, now: datetime) -> Imported:
    rows = activity_files.read(path, in_force=in_force, now=now)
    with database.writing() as session:
        return activity_files.store(session, rows)


class TestRead:
    def test_means_the_same_in_both_forms(self, tmp_path: Path, now: datetime) -> None:
        yaml = tmp_path / "activities.yaml"
        yaml.write_text(YAML, "utf-8")

        [[one], [other]] = (
            activity_files.read(path, in_force=in_force, now=now) for path in (csv(tmp_path, ROW), yaml)
        )

        assert (one.activity.starts_at, one.activity.ends_at, one.activity.sign_up_by) == (
            datetime(2022, 8, 16, tzinfo=PLATFORM_ZONE),
            datetime(2022, 8, 31, tzinfo=PLATFORM_ZONE),
            datetime(2022, 8, 20, 18, tzinfo=PLATFORM_ZONE),
        )
        assert [getattr(one.activity, name) for name in activity_files.ATTRIBUTES.values()] == [
            getattr(other.activity, name) for name in activity_files.ATTRIBUTES.values()
        ]

    @pytest.mark.parametrize(
        ("column", "cell", "fault"),
        [
            ("key", "food fair", "not two to forty letters"),
            ("title", "", "is empty"),
            ("title", "很" * 61, "longer than 60"),
            ("audience", "fans >= 3", "no fact is called 'fans'"),
            ("audience", "followers >=", "expected"),
            ("audience", "followers + 1", "not a condition"),
            ("clause", "99.9", "activity-notices-rules 99.9 is not in force on 2022-08-16"),
            ("clause", "", "a policy has a clause"),
            ("starts", "2022-13-01", "not a day or a moment"),
            ("ends", "2022-08-01", "is not after the beginning"),
            ("ends", "9999-12-31", "not a day or a moment"),
            ("sign_up_by", "2022-09-30", "is after the end"),
        ],
    )
    def test_names_the_cell_that_is_wrong(
        self, tmp_path: Path, now: datetime, column: str, cell: str, fault: str
    ) -> None:
        path = csv(tmp_path, {**ROW, column: cell})

        with pytest.raises(OperatorError, match=rf"activities\.csv row 2, column {column}: .*{fault}"):
            activity_files.read(path, in_force=in_force, now=now)

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("key: HD-1", "not a list"),
            ("- 3", "row 1: not an activity"),
            ("- key: HD-1", "row 1, column title: is missing"),
            (YAML + "  colour: red\n", "row 1: no column is called 'colour'"),
            (YAML + YAML, "row 2, column key: stands in the file twice"),
            ("- [", "not YAML"),
        ],
    )
    def test_names_what_is_wrong_in_yaml(self, tmp_path: Path, now: datetime, text: str, fault: str) -> None:
        path = tmp_path / "activities.yaml"
        path.write_text(text, "utf-8")

        with pytest.raises(OperatorError, match=fault):
            activity_files.read(path, in_force=in_force, now=now)

    def test_takes_no_other_kind(self, tmp_path: Path, now: datetime) -> None:
        for name, fault in (("a.txt", "as .yaml or .csv"), ("none.csv", "can't be read")):
            with pytest.raises(OperatorError, match=fault):
                activity_files.read(tmp_path / name, in_force=in_force, now=now)


class TestStore:
    def test_changes_only_what_nobody_knows_yet(
        self, database: Database, tmp_path: Path, now: datetime
    ) -> None:
        first = imported(database, csv(tmp_path, ROW), now)
        again = imported(database, csv(tmp_path, ROW), now)
        better = imported(database, csv(tmp_path, {**ROW, "reward": "现金"}), now)
        with database.writing() as session:
            a_creator(session, "laotie")
            broadcasts.send(session, key="HD-1", on=now.date(), now=now)

        assert (first, again, better) == (Imported(new=1), Imported(unchanged=1), Imported(changed=1))
        with pytest.raises(
            OperatorError, match="row 2, column reward: creators know HD-1 with another reward"
        ):
            imported(database, csv(tmp_path, ROW), now)
        with database.reading() as session:
            assert activities.by_key(session, key="HD-1").reward == "现金"

    def test_keeps_titles_apart(self, database: Database, tmp_path: Path, now: datetime) -> None:
        imported(database, csv(tmp_path, ROW), now)

        with pytest.raises(OperatorError, match="column title: is that of HD-1"):
            imported(database, csv(tmp_path, {**ROW, "key": "HD-2"}), now)


class TestImportResults:
    def test_tells_those_who_took_part_once(self, database: Database, tmp_path: Path, now: datetime) -> None:
        with database.writing() as session:
            an_activity(session, now)
            one, _ = a_creator(session, "one"), a_creator(session, "two")
            activities.sign_up(session, key="HD-1", creator_id=one, on=now.date(), now=now)
        path = tmp_path / "results.csv"
        path.write_text("handle,result\none,二等奖\n", "utf-8")

        done: list[Imported] = []
        for _ in range(2):
            with database.writing() as session:
                done.append(activity_files.import_results(session, key="HD-1", path=path, now=now))

        assert done == [Imported(new=1), Imported(unchanged=1)]
        with database.reading() as session:
            assert [each.text for each in service.unsent(session)] == ["《夏日美食季》出结果了：二等奖。"]

    @pytest.mark.parametrize(
        ("row", "fault"), [("two,一等奖", "'two' does not take part"), ("nobody,x", "'nobody' does not")]
    )
    def test_refuses_who_took_no_part(
        self, database: Database, tmp_path: Path, now: datetime, row: str, fault: str
    ) -> None:
        with database.writing() as session:
            an_activity(session, now)
            one, _ = a_creator(session, "one"), a_creator(session, "two")
            activities.sign_up(session, key="HD-1", creator_id=one, on=now.date(), now=now)
        path = tmp_path / "results.csv"
        path.write_text(f"handle,result\none,二等奖\n{row}\n", "utf-8")

        with pytest.raises(OperatorError, match=fault), database.writing() as session:
            activity_files.import_results(session, key="HD-1", path=path, now=now)

        with database.reading() as session:
            assert service.unsent(session) == []
            [(entry, _)] = activities.mine(session, creator_id=one, limit=1)
            assert entry.result is None
            assert queries.signed_up(session, activity_id=entry.activity_id) == 1
