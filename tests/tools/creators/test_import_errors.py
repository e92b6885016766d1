from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from tests.tools.creators.conftest import Write
from tests.tools.creators.importing import (
    ACCOUNT_DAYS,
    DRAMA,
    LAOTIE,
    VIOLATION,
    WORK,
    WORK_DAY,
    XINREN,
    complaint_about,
    everything,
    import_folder,
)
from tools.creators import generate, service
from tools.creators.exports import BY_NAME, EXPORTS
from tools.creators.generate import Format
from tools.creators.invariants import INVARIANTS
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError


class TestImportErrors:
    @pytest.mark.parametrize(
        ("name", "row", "message"),
        [
            ("works", WORK.replace(",42,", ",abc,"), "column duration_seconds: not a whole number above 0: 'abc'"),
            ("works", WORK.replace(",42,", ",0,"), "column duration_seconds: not a whole number above 0: '0'"),
            ("works", WORK.replace("3xa", "3xc").replace("video", "clip"), "column kind: not one of video, live, drama: 'clip'"),
            ("works", WORK.replace("video", "drama"), "column series: a drama names its series, and nothing else does"),
            ("works", DRAMA.replace("drama", "video").replace(",归途,", ",,"), "column drama_level: only a drama has a level"),
            ("works", WORK.replace("2022-08-01T18:30:00", "yesterday"), "column published_at: not a time like 2022-08-15T12:00:00: 'yesterday'"),
            ("works", WORK.replace("laotie", "nobody"), "column handle: no creator with this handle: 'nobody'"),
            ("works", WORK.replace("laotie", "xinren"), "column public_id: work '3xa' belongs to creator 'laotie'"),
            ("works", WORK.replace("锅包肉", "肉" * 121), f"column title: longer than 120 characters: '{'肉' * 41}"),
            ("works", WORK.replace("锅包肉", "锅\x00肉"), "column title: has control characters: '锅\\x00肉'"),
            ("works", WORK.replace(",1,,", ",yes,,"), "column original: not true or false: 'yes'"),
            ("creators", LAOTIE.replace("laotie", ""), "column handle: is empty"),
            ("creators", XINREN.replace("470", "501"), "column shop_score_hundredths: above 500: '501'"),
            ("creators", LAOTIE.replace("2020-10-06", "2020-13-06"), "column joined_on: no such day: '2020-13-06'"),
            ("creators", LAOTIE.replace("2020-10-06", "6.10.2020"), "column joined_on: not a day like 2022-08-15: '6.10.2020'"),
            ("creators", LAOTIE.replace("2020-10-06", "0001-01-01"), "column joined_on: not between the years 2000 and 2099: '0001-01-01'"),
            ("work_days", WORK_DAY.replace("100,40", "100,140"), "column completed_plays: 140 is more than the 100 plays"),
            ("work_days", WORK_DAY.replace("40,20", "40,101"), "column follower_plays: 101 is more than the 100 plays"),
            ("work_days", WORK_DAY.replace("3xa", "3xz"), "column public_id: no work with this ID: '3xz'"),
            ("work_days", WORK_DAY.replace("-01,", "-03,").replace(",100", ",-100"), "column plays: not a whole number of 0 or more: '-100'"),
            ("work_days", WORK_DAY.replace("-01,", "-03,").replace(",100", "," + "9" * 15), "column plays: above 100000000000000: '999999999999999'"),
            ("work_days", WORK_DAY.replace("08-01", "07-31"), "column day: has figures of 2022-07-31, but was published on 2022-08-01: '3xa'"),
            ("account_days", "laotie,2022-08-03,9,50,20,1,0", "column new_followers: 50 gained and 20 lost can't end at 9 followers"),
            ("account_days", "laotie,2022-08-03,100,3,1,1,0", "column followers: 100 on 2022-08-03 do not follow from the day before: expected 106"),
            ("account_days", "laotie,2022-08-03,106,3,1,1,90000", "column live_seconds: above 86400: '90000'"),
            ("violations", VIOLATION.replace("3xa", "3xb"), "column public_id: work '3xb' belongs to creator 'xinren'"),
            ("violations", VIOLATION.replace("notice", "mild"), "column severity: not one of notice, general, serious: 'mild'"),
        ],
    )  # fmt: skip
    def test_name_file_row_and_column_and_leave_the_store_alone(
        self, database: Database, write: Write, tmp_path: Path, name: str, row: str, message: str
    ) -> None:
        write("creators", LAOTIE, XINREN)
        write("works", WORK, DRAMA)
        write("account_days", *ACCOUNT_DAYS)
        import_folder(database, write("work_days", WORK_DAY))
        stored = everything(database)
        broken = tmp_path / "broken"
        broken.mkdir()
        columns = ",".join(BY_NAME[name].column_names)
        (broken / f"{name}.csv").write_text(f"{columns}\n{row}\n", encoding="utf-8")

        with pytest.raises(OperatorError) as caught:
            import_folder(database, broken)

        assert str(caught.value).startswith(f"{name}.csv row 2, {message}")
        assert "\n" not in str(caught.value)
        assert everything(database) == stored

    def test_leave_the_store_alone_even_where_the_error_is_caught_inside_the_transaction(
        self, database: Database, write: Write
    ) -> None:
        write("creators", LAOTIE)
        folder = write("works", WORK.replace("laotie", "nobody"))

        with database.writing() as session:
            with pytest.raises(OperatorError):
                service.import_exports(session, folder=folder)
            write("works", WORK)
            write("creators", LAOTIE.replace("老铁食堂", "第二次"))
            service.import_exports(session, folder=folder)

        assert "第二次" in everything(database)["creators"][0]

    def test_name_both_rows_of_a_repeated_key(self, database: Database, write: Write) -> None:
        write("creators", LAOTIE)
        folder = write("account_days", *ACCOUNT_DAYS, ACCOUNT_DAYS[0])

        with pytest.raises(
            OperatorError,
            match=r"account_days\.csv row 4, column handle: repeats the key of row 2: laotie, 2022-08-01",
        ):
            import_folder(database, folder)

    def test_name_the_penalty_that_is_there_twice_without_a_work(
        self, database: Database, write: Write
    ) -> None:
        write("creators", LAOTIE)
        row = "laotie,,2022-08-02,general,vulgarity,1.4,低俗"
        folder = write("violations", row, row)

        with pytest.raises(
            OperatorError, match=r"violations\.csv row 3, column handle: repeats the key of row 2: laotie, -"
        ):
            import_folder(database, folder)

    def test_name_the_work_that_moves_behind_its_figures(self, database: Database, write: Write) -> None:
        write("creators", LAOTIE)
        write("work_days", WORK_DAY)
        import_folder(database, write("works", WORK))
        (folder := write("works", WORK.replace("08-01T", "08-05T"))).joinpath("work_days.csv").unlink()

        with pytest.raises(
            OperatorError, match=r"works\.csv row 2, column published_at: has figures of 2022-08-01"
        ):
            import_folder(database, folder)

    @pytest.mark.parametrize(
        ("columns", "message"),
        [
            (("handle", "nick"), "creators.csv row 1: unknown column 'nick'; known are handle, nickname"),
            (("handle", "handle"), "creators.csv row 1: column 'handle' is there twice"),
            (("handle", "nickname"), "creators.csv row 1: column category is missing"),
        ],
    )
    def test_name_wrong_columns(
        self, database: Database, write: Write, columns: tuple[str, ...], message: str
    ) -> None:
        with pytest.raises(OperatorError) as caught:
            import_folder(database, write("creators", columns=columns))

        assert str(caught.value).startswith(message)

    def test_name_the_row_with_too_many_cells(self, database: Database, write: Write) -> None:
        with pytest.raises(OperatorError, match=r"creators\.csv row 3: 11 cells where there are 10 columns"):
            import_folder(database, write("creators", LAOTIE, LAOTIE + ",x"))

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                "handle,昵称\n".encode("gb18030"),
                "creators.csv line 1: not UTF-8 text; save the file as UTF-8",
            ),
            ("handle\n".encode("utf-16"), "creators.csv line 1: not UTF-8 text; save the file as UTF-8"),
            (b"", "creators.csv: empty, without even column names"),
            (b"\n\n", "creators.csv: empty, without even column names"),
            (b"x" * (1 << 20), "creators.csv line 1: longer than 1048576 bytes, so not an export"),
        ],
    )
    def test_name_what_is_no_csv(
        self, database: Database, tmp_path: Path, content: bytes, message: str
    ) -> None:
        (tmp_path / "creators.csv").write_bytes(content)

        with pytest.raises(OperatorError) as caught:
            import_folder(database, tmp_path)

        assert str(caught.value) == message

    def test_name_a_quote_that_never_ends(self, database: Database, write: Write) -> None:
        with pytest.raises(OperatorError, match=r"creators\.csv row 2: not CSV: "):
            import_folder(database, write("creators", '"laotie,老铁'))

    @pytest.mark.parametrize(
        ("names", "message"),
        [
            ((), "holds no export: expected creators.csv, works.csv"),
            (("readme.txt",), "holds no export: expected creators.csv, works.csv"),
            (("work.csv",), "work.csv is not part of an export; known are creators, works"),
            (("works.csv", "works.parquet"), "works is there twice: works.csv, works.parquet"),
        ],
    )
    def test_name_what_is_wrong_with_the_folder(
        self, database: Database, tmp_path: Path, names: tuple[str, ...], message: str
    ) -> None:
        for name in names:
            (tmp_path / name).touch()

        with pytest.raises(OperatorError) as caught:
            import_folder(database, tmp_path)

        assert message in str(caught.value)

    def test_name_a_folder_that_is_none(self, database: Database, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="nowhere is not a folder"):
            import_folder(database, tmp_path / "nowhere")

    def test_name_the_row_of_a_parquet_file_from_one(
        self, database: Database, tmp_path: Path, on: date
    ) -> None:
        generate.write_export(tmp_path, creators=3, seed=1, on=on, days=2, file_format=Format.PARQUET)
        arrow: Any = pa  # Any: pyarrow ships no types
        files: Any = parquet  # Any: see above
        table = files.read_table(tmp_path / "creators.parquet")
        place = table.schema.get_field_index("followers")
        broken = table.set_column(place, "followers", arrow.array([1.0, 2.5, float("nan")]))
        files.write_table(broken, tmp_path / "creators.parquet")

        with pytest.raises(
            OperatorError,
            match=r"creators\.parquet row 2, column followers: not a whole number of 0 or more: '2\.5'",
        ):
            import_folder(database, tmp_path)

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        name=st.sampled_from([export.name for export in EXPORTS]),
        content=st.one_of(
            st.binary(max_size=200),
            st.tuples(st.booleans(), st.lists(st.lists(st.one_of(st.text(max_size=8), st.sampled_from(
                ["laotie", "3xa", "2022-08-01", "0", "1", "", "video", "drama", "true", "notice"])), max_size=12), max_size=4)),
        ),
        suffix=st.sampled_from([".csv", ".parquet"]),
    )  # fmt: skip
    def test_are_all_that_any_bytes_can_cause(
        self,
        database: Database,
        tmp_path: Path,
        name: str,
        content: bytes | tuple[bool, list[list[str]]],
        suffix: str,
    ) -> None:
        folder = tmp_path / "any"
        folder.mkdir(exist_ok=True)
        for leftover in folder.iterdir():
            leftover.unlink()
        if isinstance(content, tuple):
            with_columns, rows = content
            lines = [",".join(BY_NAME[name].column_names)] if with_columns else []
            content = "\n".join([*lines, *(",".join(row) for row in rows)]).encode("utf-8", "surrogatepass")
        (folder / f"{name}{suffix}").write_bytes(content)

        complaint = complaint_about(database, folder)

        assert complaint is None or complaint.startswith(f"{name}{suffix}")
        assert complaint is None or len(complaint.splitlines()) == 1
        with database.reading() as session:
            assert [list(invariant.violations(session)) for invariant in INVARIANTS] == [[]] * len(INVARIANTS)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_are_all_that_a_damaged_parquet_file_can_cause(
        self, database: Database, tmp_path: Path, on: date, data: st.DataObject
    ) -> None:
        folder = tmp_path / "damaged"
        if not folder.exists():
            generate.write_export(folder, creators=2, seed=1, on=on, days=2, file_format=Format.PARQUET)
            (folder / "creators.parquet").rename(tmp_path / "whole.parquet")
            for other in folder.iterdir():
                other.unlink()
        content = bytearray((tmp_path / "whole.parquet").read_bytes())
        for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
            content[place] ^= data.draw(st.integers(1, 255))
        (folder / "creators.parquet").write_bytes(bytes(content))

        complaint = complaint_about(database, folder)

        assert complaint is None or complaint.startswith("creators.parquet")
