from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.calls import a_creator, an_open_conversation
from tools.creators import service as creators
from tools.kernel.agent_tool import Line, Speaker
from tools.kernel.db import Database
from tools.kernel.uploads import Upload, UploadKind
from tools.notices.topics import Lane
from tools.support import invariants, queries, service
from tools.support.escalation import Signal
from tools.support.jobs import forget_finished_updates


@pytest.fixture
def conversation(database: Database, now: datetime) -> int:
    with database.writing() as session:
        return an_open_conversation(session, creator=a_creator(session, "laotie"), now=now)


def answer(
    database: Database, conversation: int, key: str, text: str, now: datetime, *, deliver: bool = True
) -> None:
    with database.writing() as session:
        service.log_question(session, conversation_id=conversation, key=key, text=f"问{key}", now=now)
        service.log_answer(
            session,
            conversation_id=conversation,
            key=key,
            text=text,
            body={"text": text},
            checkpoint=f"after-{key}",
            deliver=deliver,
            now=now,
        )


class TestConversation:
    def test_is_the_same_for_the_same_person_and_thread(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            first = an_open_conversation(session, creator=creator, now=now)

            assert an_open_conversation(session, creator=creator, now=now) == first

    def test_begins_anew_when_the_chat_belongs_to_another_creator(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            ids = {
                service.conversation(
                    session, channel="telegram", address="7", thread="", creator=creator, now=now
                ).id
                for creator in (None, a_creator(session, "laotie"), a_creator(session, "xinren"))
            }

            assert len(ids) == 3


class TestTranscript:
    def test_names_files_also_when_their_bytes_are_gone(
        self, database: Database, conversation: int, now: datetime
    ) -> None:
        files = [
            Upload(place, kind, name, "", 9, "0" * 64, Path("gone"))
            for place, (kind, name) in enumerate(
                [(UploadKind.VIDEO, "a.mp4"), (UploadKind.IMAGE, "b.jpg")], 1
            )
        ]
        with database.writing() as session:
            service.log_question(
                session, conversation_id=conversation, key="1", text="看看", now=now, files=files
            )
            service.log_question(
                session, conversation_id=conversation, key="2", text="", now=now, files=files[:1]
            )

            (first, _) = service.messages(session, conversation_id=conversation)

            assert [line.text for line in service.transcript(session, conversation_id=conversation)] == [
                "[视频 a.mp4] [图片 b.jpg] 看看",
                "[视频 a.mp4]",
            ]
            assert [(file.id, file.size_bytes) for file in service.files_of(first)] == [(1, 9), (2, 9)]


class TestLogAnswer:
    def test_keeps_the_first_answer_to_a_message(
        self, database: Database, conversation: int, now: datetime
    ) -> None:
        answer(database, conversation, "k1", "第一个", now)
        answer(database, conversation, "k1", "第二个", now)

        with database.reading() as session:
            stored = service.answer_to(session, conversation_id=conversation, key="k1")
            lines = service.transcript(session, conversation_id=conversation)
        assert stored is not None
        assert stored.text == "第一个"
        assert lines == (Line(Speaker.CREATOR, "问k1"), Line(Speaker.ASSISTANT, "第一个"))

    def test_moves_the_agents_state_with_the_answer(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            conversation = an_open_conversation(session, creator=creator, now=now)
        answer(database, conversation, "k1", "好", now)

        with database.writing() as session:
            state = service.conversation(
                session, channel="terminal", address=f"address-{creator}", thread="", creator=creator, now=now
            )
            service.start_over(session, conversation_id=conversation)
            after = service.conversation(
                session, channel="terminal", address=f"address-{creator}", thread="", creator=creator, now=now
            )
        assert (state.checkpoint, state.epoch) == ("after-k1", 0)
        assert (after.checkpoint, after.epoch) == (None, 1)

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(keys=st.lists(st.sampled_from("abcde"), max_size=12))
    def test_numbers_messages_without_gaps_in_any_order_of_repeats(
        self, database: Database, now: datetime, keys: list[str]
    ) -> None:
        with database.writing() as session:
            # The examples share a database, and each needs a conversation of its own.
            owner = a_creator(session, f"c{creators.count(session)}")
            conversation = an_open_conversation(session, creator=owner, now=now)

        for key in keys:
            answer(database, conversation, key, "好", now)

        with database.reading() as session:
            sequences = [
                message.sequence for message in service.messages(session, conversation_id=conversation)
            ]
            assert list(invariants.broken_sequences(session)) == []
        assert sequences == list(range(1, 2 * len(set(keys)) + 1))


class TestStartOver:
    def test_leaves_what_was_heard_before_and_the_state_of_a_turn_that_came_late(
        self, database: Database, conversation: int, now: datetime
    ) -> None:
        with database.writing() as session:
            for key in "ab":
                service.log_question(
                    session, conversation_id=conversation, key=key, text="气", now=now, signals={Signal.ANGER}
                )
            before = service.heard(session, conversation_id=conversation)
            service.start_over(session, conversation_id=conversation)
            service.log_answer(
                session,
                conversation_id=conversation,
                key="b",
                text="晚了",
                body={"text": "晚了"},
                checkpoint="of the old epoch",
                deliver=False,
                now=now,
                epoch=0,
                signals={Signal.UNSOLVED},
            )
            stored = queries.conversation_for_update(session, conversation_id=conversation)

            assert before == [frozenset({Signal.ANGER})] * 2
            assert service.heard(session, conversation_id=conversation) == [frozenset({Signal.UNSOLVED})]
            assert (stored.epoch, stored.checkpoint) == (1, None)


class TestUndelivered:
    def test_gives_the_more_pressing_lane_first(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            talk = service.conversation(
                session, channel="telegram", address="7", thread="", creator=None, now=now
            ).id
            for place, lane in enumerate((Lane.BULK, Lane.CASE, Lane.DEADLINE, Lane.CASE)):
                service.append_notice(
                    session,
                    conversation_id=talk,
                    key=f"{place}",
                    text=lane,
                    body={"text": lane},
                    now=now,
                    lane=lane,
                )

            waiting = service.undelivered(session, channel="telegram")
        assert [message.lane for message in waiting] == [Lane.CASE, Lane.CASE, Lane.DEADLINE, Lane.BULK]
        assert waiting[0].message_id < waiting[1].message_id

    def test_gives_answers_in_order_until_they_are_delivered(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            conversation = service.conversation(
                session, channel="telegram", address="7", thread="", creator=None, now=now
            ).id
        answer(database, conversation, "k1", "一", now)
        answer(database, conversation, "k2", "二", now)

        with database.writing() as session:
            waiting = service.undelivered(session, channel="telegram", address="7")
            service.mark_delivered(session, message_id=waiting[0].message_id, now=now)
            left = service.undelivered(session, channel="telegram")
            others = service.undelivered(session, channel="telegram", address="8")
        assert [message.body["text"] for message in waiting] == ["一", "二"]
        assert [message.body["text"] for message in left] == ["二"]
        assert others == []


class TestStoreUpdate:
    def test_takes_an_update_once(self, database: Database, now: datetime) -> None:
        for expected in (True, False):
            with database.writing() as session:
                assert (
                    service.store_update(session, channel="telegram", update_id=5, lane="7", body={}, now=now)
                    is expected
                )

    def test_gives_a_lane_its_updates_in_order(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            for update_id, lane in ((12, "a"), (11, "a"), (13, "b")):
                service.store_update(
                    session, channel="telegram", update_id=update_id, lane=lane, body={}, now=now
                )

        seen: list[int] = []
        with database.writing() as session:
            assert service.open_lanes(session, channel="telegram") == ["a", "b"]
            while update := service.next_update(session, channel="telegram", lane="a"):
                seen.append(update.update_id)
                service.finish_update(session, update=update.id, now=now)

            assert service.open_lanes(session, channel="telegram") == ["b"]
        assert seen == [11, 12]


class TestForgetFinishedUpdates:
    def test_deletes_only_what_was_answered_long_ago(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            for update_id in (1, 2, 3):
                service.store_update(
                    session, channel="telegram", update_id=update_id, lane="a", body={}, now=now
                )
            for age, _ in ((40, 1), (1, 2)):
                update = service.next_update(session, channel="telegram", lane="a")
                assert update is not None
                service.finish_update(session, update=update.id, now=now - timedelta(days=age))

        forget_finished_updates(database, now)

        with database.writing() as session:
            known = [
                service.store_update(
                    session, channel="telegram", update_id=update_id, lane="a", body={}, now=now
                )
                for update_id in (1, 2, 3)
            ]
        assert known == [True, False, False]
