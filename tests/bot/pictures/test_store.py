import logging
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.messages import Outbound, outbound_body, outbound_from
from bot.pictures.draw import draw
from bot.pictures.store import Pictures
from tests.bot.pictures.samples import CITIES, CURVE, EMPTY, GAPS
from tools.kernel.agent_tool import Attachment
from tools.kernel.charts import Chart, Series


class TestFile:
    def test_is_the_picture_of_the_chart(self, tmp_path: Path) -> None:
        path = Pictures(tmp_path / "pictures").file(EMPTY)

        assert path.parent == tmp_path / "pictures"
        assert path.suffix == ".png"
        assert path.read_bytes() == draw(EMPTY)

    def test_has_a_name_by_what_it_shows(self, tmp_path: Path) -> None:
        pictures = Pictures(tmp_path)
        whole = Chart("播放", ("8月1日",), (Series("播放", (3,), "次"),))

        from_the_log = outbound_from(outbound_body(Outbound(text="", charts=(whole,)))).charts[0]

        assert pictures.file(whole) == pictures.file(from_the_log)
        assert pictures.file(whole) == pictures.file(replace(whole, series=(Series("播放", (3.0,), "次"),)))
        assert pictures.file(whole) != pictures.file(replace(whole, title="点赞"))

    def test_is_drawn_again_when_it_is_gone(self, tmp_path: Path) -> None:
        pictures = Pictures(tmp_path)
        path = pictures.file(EMPTY)
        before = path.read_bytes()
        path.unlink()

        assert pictures.file(EMPTY) == path
        assert path.read_bytes() == before

    def test_is_drawn_once(self, tmp_path: Path) -> None:
        pictures = Pictures(tmp_path)
        path = pictures.file(EMPTY)
        path.write_bytes(b"kept")

        assert pictures.file(EMPTY).read_bytes() == b"kept"

    def test_is_whole_for_many_at_once(self, tmp_path: Path) -> None:
        pictures = Pictures(tmp_path)

        with ThreadPoolExecutor(4) as threads:
            seen = [path.read_bytes() for path in threads.map(pictures.file, [GAPS] * 8)]

        assert set(seen) == {draw(GAPS)}
        assert [path.suffix for path in tmp_path.iterdir() if path.is_file()] == [".png"]


class TestAttachments:
    def test_are_images(self, tmp_path: Path) -> None:
        pictures = Pictures(tmp_path)

        assert pictures.attachments([EMPTY]) == (Attachment("image", str(pictures.file(EMPTY))),)

    def test_leave_out_and_log_what_cannot_be_stored(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "pictures").write_text("a file where the folder should be")

        with caplog.at_level(logging.ERROR):
            made = Pictures(tmp_path / "pictures").attachments([EMPTY])

        assert made == ()
        assert "has no picture" in caplog.text


class TestRemoveOldest:
    def test_keeps_what_was_asked_for_last(self, tmp_path: Path) -> None:
        pictures = Pictures(tmp_path)
        old, kept, new = (pictures.file(chart) for chart in (CURVE, CITIES, EMPTY))
        for age, path in enumerate((old, kept, new)):
            os.utime(path, (age, age))
        pictures.file(CITIES)

        room = kept.stat().st_size + new.stat().st_size
        Pictures(tmp_path, most_bytes=room).remove_oldest()

        assert [path.exists() for path in (old, kept, new)] == [False, True, True]
