from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.messages import Confirm, Outbound, ToolUse, outbound_body
from bot.sent_files import meant, noted, size
from tools.kernel.agent_tool import Speaker
from tools.kernel.uploads import Upload, UploadKind
from tools.support.service import StoredMessage

CHECK = ToolUse("pre_publish_check", {})
REPORT = ToolUse("infringement_report", {"kind": "copy"})


def answer(
    *calls: ToolUse, at: datetime, confirm: Confirm | None = None, case: str | None = None
) -> StoredMessage:
    body = outbound_body(Outbound(text="把视频发给我。", calls=calls, confirm=confirm, case=case))
    return StoredMessage(1, 1, Speaker.ASSISTANT, "把视频发给我。", body, at, frozenset())


def upload(kind: UploadKind, name: str, size_bytes: int = 1_500_000) -> Upload:
    return Upload(1, kind, name, "", size_bytes, "0" * 64, Path(name))


class TestMeant:
    def test_goes_on_with_the_check_that_was_spoken_of(self, now: datetime) -> None:
        assert meant(answer(CHECK, at=now), now=now) == "发布前帮我检查一下我刚发的内容能不能发"

    @pytest.mark.parametrize(
        ("work_ref", "work"),
        [
            ("title:铁锅炖大鹅", "《铁锅炖大鹅》"),
            ("latest", "最新作品"),
            ("top_views", "播放最高的作品"),
            ("ord:2", "作品"),
            (None, "作品"),
        ],
    )
    def test_goes_on_with_the_report_about_the_same_work(
        self, now: datetime, work_ref: str | None, work: str
    ) -> None:
        call = ToolUse("infringement_report", {"kind": "copy", "work_ref": work_ref})

        assert meant(answer(call, at=now), now=now) == f"举报有人搬运我的{work}，对方的视频就是这个文件"

    def test_is_nothing_after_what_needs_no_file(self, now: datetime) -> None:
        confirm = Confirm("p", "infringement_report", "要举报吗")
        late = now - timedelta(minutes=31)
        answers = [
            None,
            answer(at=now),
            answer(REPORT, ToolUse("earnings_and_payouts", {}), at=now),
            answer(REPORT, at=now, confirm=confirm),
            answer(REPORT, at=now, case="C000001"),
            answer(CHECK, at=late),
        ]

        assert [meant(one, now=now) for one in answers] == [None] * len(answers)


class TestNoted:
    def test_names_one_file_and_asks_what_for(self) -> None:
        said = noted([upload(UploadKind.VIDEO, "a.mp4")])

        assert said.text == "收到视频“a.mp4”（1.5 MB）。要我用它做什么？"
        assert [button.label for button in said.buttons] == ["发布前检查", "举报有人搬运", "转人工"]

    def test_counts_several(self) -> None:
        kinds = (UploadKind.IMAGE, UploadKind.VIDEO, UploadKind.IMAGE)

        said = noted([upload(kind, "a") for kind in kinds])

        assert said.text == "收到 2 个图片、1 个视频（共 4.5 MB）。要我用它做什么？"

    def test_says_what_it_cannot_look_at(self) -> None:
        said = noted([upload(UploadKind.FILE, "授权书.pdf")])

        assert "授权书.pdf" in said.text
        assert "只看得懂图片和视频" in said.text
        assert [button.send for button in said.buttons] == ["转人工"]


class TestSize:
    @pytest.mark.parametrize(
        ("size_bytes", "words"),
        [
            (1, "1 B"),
            (999, "999 B"),
            (1_000, "1 KB"),
            (20_000_000, "20 MB"),
            (1_234_567, "1.2 MB"),
            (2_500_000_000, "2.5 GB"),
        ],
    )
    def test_is_in_the_unit_that_people_use(self, size_bytes: int, words: str) -> None:
        assert size(size_bytes) == words
