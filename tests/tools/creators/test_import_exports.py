from datetime import date, datetime
from pathlib import Path

import pytest

from tests.tools.creators.conftest import Write
from tests.tools.creators.importing import (
    ACCOUNT_DAYS,
    DRAMA,
    LAOTIE,
    VIOLATION,
    WORK,
    WORK_DAY,
    XINREN,
    everything,
    import_folder,
)
from tools.creators import generate, service
from tools.creators.exports import BY_NAME
from tools.creators.generate import Format
from tools.creators.service import RowCounts
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE


class TestImportExports:
    def test_stores_all_five_tables(self, database: Database, write: Write) -> None:
        write("creators", LAOTIE, XINREN)
        write("works", WORK, DRAMA)
        write("work_days", WORK_DAY)
        write("account_days", *ACCOUNT_DAYS)
        folder = write("violations", VIOLATION, "laotie,,2022-08-02,general,vulgarity,1.4,低俗")

        counts = import_folder(database, folder)

        assert counts == RowCounts(creators=2, works=2, work_days=1, account_days=2, violations=2)
        with database.reading() as session:
            laotie = service.find_account(session, handle="laotie")
            xinren = service.find_account(session, handle="xinren")
            assert laotie
            assert xinren
            assert laotie.followers == 104
            assert (xinren.shop_opened_on, xinren.shop_score_hundredths) == (date(2022, 8, 1), 470)
            work = service.resolve_work(session, creator_id=laotie.id, work_ref="latest", on=date(2022, 8, 2))
            assert work.published_at == datetime(2022, 8, 1, 18, 30, tzinfo=PLATFORM_ZONE)
            assert (work.plays, work.completed_plays, work.original) == (100, 40, True)
            drama = service.resolve_work(
                session, creator_id=xinren.id, work_ref="latest", on=date(2022, 8, 2)
            )
            assert drama.published_at == work.published_at
            assert (drama.kind, drama.series, drama.drama_level) == ("drama", "归途", "S+")

    def test_changes_nothing_the_second_time(self, database: Database, write: Write) -> None:
        write("creators", LAOTIE)
        write("works", WORK)
        write("work_days", WORK_DAY)
        write("account_days", *ACCOUNT_DAYS)
        folder = write("violations", VIOLATION, "laotie,,2022-08-02,general,vulgarity,1.4,低俗")
        import_folder(database, folder)
        stored = everything(database)

        import_folder(database, folder)

        assert everything(database) == stored

    def test_brings_rows_up_to_date_by_their_natural_key(self, database: Database, write: Write) -> None:
        write("creators", LAOTIE)
        write("works", WORK)
        write("work_days", WORK_DAY)
        folder = write("violations", VIOLATION)
        import_folder(database, folder)

        write("creators", LAOTIE.replace("老铁食堂", "老铁大食堂"))
        write("works", WORK.replace("锅包肉", "锅包肉（重发）"))
        write("work_days", WORK_DAY.replace(",100,", ",150,"))
        write("violations", VIOLATION.replace("notice", "general"))
        import_folder(database, folder)

        stored = everything(database)
        assert [len(stored[name]) for name in BY_NAME] == [1, 1, 1, 0, 1]
        assert "老铁大食堂" in stored["creators"][0]
        assert "锅包肉（重发）" in stored["works"][0]
        assert 150 in stored["work_days"][0]
        assert "general" in stored["violations"][0]

    def test_takes_columns_in_any_order_blank_lines_and_a_byte_order_mark(
        self, database: Database, tmp_path: Path
    ) -> None:
        names = BY_NAME["creators"].column_names
        cells = dict(zip(names, LAOTIE.split(","), strict=True))
        lines = [",".join(reversed(names)), "", ",".join(cells[name] for name in reversed(names)), ""]
        (tmp_path / "creators.csv").write_text("\r\n".join(lines), encoding="utf-8-sig", newline="")

        assert import_folder(database, tmp_path).creators == 1

    def test_adds_days_to_creators_that_are_there(
        self, database: Database, write: Write, tmp_path: Path
    ) -> None:
        import_folder(database, write("creators", LAOTIE))
        later = tmp_path / "later"
        later.mkdir()
        columns = ",".join(BY_NAME["account_days"].column_names)
        (later / "account_days.csv").write_text("\n".join([columns, *ACCOUNT_DAYS]))

        counts = import_folder(database, later)

        assert counts == RowCounts(account_days=2)

    @pytest.mark.parametrize("file_format", list(Format))
    def test_reads_back_what_was_generated(
        self, database: Database, tmp_path: Path, on: date, file_format: Format
    ) -> None:
        written = generate.write_export(
            tmp_path, creators=120, seed=5, on=on, days=20, file_format=file_format
        )
        counts = import_folder(database, tmp_path)
        imported = everything(database)
        with database.writing() as session:
            generated = generate.generate(session, creators=120, seed=5, on=on, days=20)

        assert everything(database) == imported
        assert (
            (counts.creators, counts.works, counts.work_days, counts.account_days, counts.violations)
            == (written.creators, written.works, written.work_days, written.account_days, written.violations)
            == (
                generated.creators,
                generated.works,
                generated.work_days,
                generated.account_days,
                generated.violations,
            )
        )
