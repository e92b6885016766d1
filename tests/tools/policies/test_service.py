from datetime import datetime, timedelta

import pytest

from tools.kernel.db import Database
from tools.policies import service


class TestNoteUnanswered:
    def test_keeps_one_row_a_distinct_question(self, database: Database, now: datetime) -> None:
        later = now + timedelta(hours=1)
        with database.writing() as session:
            service.note_unanswered(session, question="直播间能挂几个链接？", best_score=0.2, now=now)
            service.note_unanswered(session, question="请问 直播间能挂几个链接啊!", best_score=0.3, now=later)
            service.note_unanswered(session, question="直播间能挂几个链接", best_score=0.1, now=now)

        with database.reading() as session:
            [row] = service.unanswered(session, since=now, limit=10)
            assert (row.text, row.count) == ("直播间能挂几个链接?", 3)
            assert row.best_score == pytest.approx(0.3)
            assert (row.first_at, row.last_at) == (now, later)

    def test_stores_nothing_personal(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.note_unanswered(
                session, question="我电话13812345678，帮我查 @laotie 的收入", best_score=0.1, now=now
            )

        with database.reading() as session:
            [row] = service.unanswered(session, since=now, limit=10)
            assert "138" not in row.text
            assert "laotie" not in row.text

    @pytest.mark.parametrize("question", ["", " ", "？？！", "😀"])
    def test_passes_over_a_text_without_words(self, database: Database, now: datetime, question: str) -> None:
        with database.writing() as session:
            noted = service.note_unanswered(session, question=question, best_score=0.0, now=now)

        assert not noted


class TestUnanswered:
    def test_gives_the_most_asked_first_within_the_limit(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            for number in range(4):
                for _ in range(number + 1):
                    service.note_unanswered(
                        session, question=f"问题{'一二三四'[number]}", best_score=0.1, now=now
                    )

        with database.reading() as session:
            found = service.unanswered(session, since=now, limit=2)
            assert [row.text for row in found] == ["问题四", "问题三"]
            assert service.unanswered(session, since=now + timedelta(seconds=1), limit=2) == []
