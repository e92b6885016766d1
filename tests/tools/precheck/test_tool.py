"""The tool `pre_publish_check`: words at once, files by the workers, history, worries with their clauses."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.calls import a_creator
from tests.drafts import save, scenery
from tests.tools.precheck.conftest import CallOf, Sending
from tools.kernel.db import Database
from tools.kernel.task_requests import not_handed
from tools.precheck.agent_tools import TOOLS, pre_publish_check
from tools.precheck.concerns import CONCERNS, Concern
from tools.precheck.media.looking import LIMITS

if TYPE_CHECKING:
    from tools.kernel.uploads import Upload


class TestPrePublishCheck:
    def test_says_where_which_clause_and_what_instead(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            reply = pre_publish_check(call_of(session), draft="title:全网最低价，加V领福利")

        assert reply.text.startswith(
            "预测结果：不建议发布。这是预测，不是裁决：发布后仍要经过正式审核。\n1. ✗ 标题第 7 个字起“加V”："
        )
        assert "（《站外引流与私下交易规则》1.2）" in reply.text
        assert "可以改成：“" in reply.text
        assert "诊断编号 ZD000001，8月15日 12:00 按规则版本 " in reply.text
        assert reply.facts["verdict"] == "block"
        assert [(one["said"], one["span"]) for one in reply.facts["findings"]] == [
            ("加V", [6, 8]),
            ("全网最低价", [0, 5]),
        ]
        cited = {(one.policy, one.clause) for one in reply.citations}
        assert cited == {
            *((one["policy"], one["clause"]) for one in reply.facts["findings"]),
            ("pre-publish-check-rules", "2.1"),
        }

    def test_offers_a_person_who_may_see_it_otherwise(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            bad = pre_publish_check(call_of(session), draft="title:全网最低价")
            good = pre_publish_check(call_of(session), draft="title:今天教你做红烧肉")

        assert bad.buttons[0].send.startswith("转人工")
        assert good.text.startswith("预测结果：通过。")
        assert not any("转人工" in button.send for button in good.buttons)

    def test_proposes_a_rewrite_that_passes_itself(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            first = pre_publish_check(call_of(session), draft="title:全网最低价")
            rewrite = first.facts["findings"][0]["rewrite"]
            second = pre_publish_check(call_of(session), draft=f"title:{rewrite}")

        assert second.facts["verdict"] == "pass"

    def test_says_that_the_same_draft_was_judged_before(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            first = pre_publish_check(call_of(session), draft="text:全网最低价")
            again = pre_publish_check(call_of(session), draft="text:全网最低价")

        assert "这份草稿之前检测过，规则没有变，结果不变。" in again.text
        assert again.facts["number"] == first.facts["number"]
        assert (first.facts["judged_before"], again.facts["judged_before"]) == (False, True)

    def test_asks_for_the_draft_where_there_is_none(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            reply = pre_publish_check(call_of(session))

        assert reply.text.startswith("把要发的东西发给我就能检测")
        assert reply.facts == {}

    @pytest.mark.parametrize("concern", list(Concern))
    def test_answers_a_worry_with_clauses_in_force(
        self, database: Database, call_of: CallOf, concern: Concern
    ) -> None:
        with database.writing() as session:
            reply = pre_publish_check(call_of(session), concern=concern)

        assert [(one.policy, one.clause) for one in reply.citations] == list(CONCERNS[concern].clauses)
        assert reply.text.startswith(CONCERNS[concern].words)

    def test_adds_a_worry_to_a_verdict(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            reply = pre_publish_check(call_of(session), draft="title:翻唱一首歌", concern=Concern.MUSIC)

        assert CONCERNS[Concern.MUSIC].words in reply.text
        assert ("music-copyright", "1.1") in {(one.policy, one.clause) for one in reply.citations}

    def test_refuses_a_text_of_a_million_characters(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session, pytest.raises(Exception, match="太长了"):
            pre_publish_check(call_of(session), draft="字" * 1_000_000)


class TestFiles:
    @pytest.fixture
    def cover(self, database: Database, send: Sending, tmp_path: Path) -> "Upload":
        with database.writing() as session:
            return send(session, save(tmp_path / "cover.png", scenery(3, width=600, height=600)))

    def test_are_looked_at_by_a_worker_with_the_words_first(
        self, database: Database, call_of: CallOf, cover: "Upload"
    ) -> None:
        with database.writing() as session:
            call = call_of(session, said="[图片 cover.png] 标题“全网最低价”能发吗", sent=[cover])
            reply = pre_publish_check(call, draft="title:全网最低价")
            requested = not_handed(session, limit=9)

        assert reply.text.startswith("文字先看完了：1 处要改。\n1. ! 标题第 1 个字起“全网最低价”")
        assert "图片正在检测画面、字幕、声音和疑似搬运（排队中）" in reply.text
        assert reply.facts["state"] == "waiting"
        assert len(requested) == 1

    def test_are_not_asked_for_twice(self, database: Database, call_of: CallOf, cover: "Upload") -> None:
        with database.writing() as session:
            first = pre_publish_check(call_of(session, sent=[cover]))
            again = pre_publish_check(call_of(session, sent=[cover]))

            assert again.facts["number"] == first.facts["number"]
            assert len(not_handed(session, limit=9)) == 1

    def test_sent_before_are_left_out_of_words_that_do_not_speak_of_them(
        self, database: Database, call_of: CallOf, cover: "Upload"
    ) -> None:
        with database.writing() as session:
            call = call_of(session, said="标题“全网最低价”能发吗", sent=[cover])
            reply = pre_publish_check(call, draft="title:全网最低价")

        assert reply.facts["state"] == "done"

    def test_of_plain_words_are_read_as_the_text(
        self, database: Database, call_of: CallOf, send: Sending, tmp_path: Path
    ) -> None:
        path = tmp_path / "caption.txt"
        path.write_bytes("全网最低价".encode("gb18030"))

        with database.writing() as session:
            reply = pre_publish_check(call_of(session, sent=[send(session, path)]))

        assert [one["part"] for one in reply.facts["findings"]] == ["text"]

    def test_of_other_kinds_are_said_to_be_none(
        self, database: Database, call_of: CallOf, send: Sending, tmp_path: Path
    ) -> None:
        path = tmp_path / "deck.pdf"
        path.write_bytes(b"%PDF-1.7\n\x00\x01\x02")

        with database.writing() as session:
            reply = pre_publish_check(call_of(session, sent=[send(session, path)]))

        assert reply.text.startswith("收到的文件“deck.pdf”不是图片、视频，也不是纯文字，我检测不了。")


class TestHistory:
    def test_lists_the_creators_own_checks(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            call = call_of(session)
            empty = pre_publish_check(call, action="history")
            pre_publish_check(call, draft="title:今天教你做红烧肉")
            pre_publish_check(call, draft="title:全网最低价")

            reply = pre_publish_check(call, action="history")
            stranger = replace(call, creator=a_creator(session, "xinren"))
            others = pre_publish_check(stranger, action="history")

        assert others.text == empty.text
        assert empty.text.startswith("你还没有做过发布前诊断。")
        assert reply.text.startswith(
            "最近 2 次发布前诊断：\n· 8月15日 12:00 《全网最低价》：提醒，1 处问题，编号 ZD000002"
        )
        assert "最近一次：预测结果：提醒。" in reply.text


class TestTool:
    def test_has_thirty_examples(self) -> None:
        (tool,) = TOOLS

        assert len(set(tool.asks)) >= 30

    def test_limits_what_one_file_may_take(self) -> None:
        assert LIMITS.wall_seconds <= 180
        assert LIMITS.memory_bytes <= 4 << 30
