"""What is sent next, what is in doubt, and who is unreachable."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tools.kernel.db import Database
from tools.notices.topics import Lane
from tools.support import service as support
from tools.support.deliveries import service as deliveries
from tools.support.deliveries.service import Outcome

CHANNEL = "telegram"


def told(session: Session, now: datetime, *, chat: int, lane: Lane = Lane.BULK, key: str = "k") -> int:
    here = support.conversation(session, channel=CHANNEL, address=str(chat), thread="", creator=None, now=now)
    stored = support.append_notice(
        session, conversation_id=here.id, key=key, text=key, body={"text": key}, now=now, lane=lane
    )
    return stored.id


class TestWaitingChats:
    def test_are_those_of_the_highest_lane_first(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            for chat, lane in ((1, Lane.BULK), (2, Lane.DEADLINE), (3, Lane.CASE), (4, Lane.BULK)):
                told(session, now, chat=chat, lane=lane)

            every = deliveries.waiting_chats(session, channel=CHANNEL, limit=9, but=())
            some = deliveries.waiting_chats(session, channel=CHANNEL, limit=2, but={"2"})

        assert every == ["3", "2", "1", "4"]
        assert some == ["3", "1"]

    def test_are_found_behind_a_chat_with_very_many_messages(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            for number in range(30):
                told(session, now, chat=1, key=f"k{number}")
            told(session, now, chat=2)

            found = deliveries.waiting_chats(session, channel=CHANNEL, limit=2, but=())
            others = deliveries.waiting_chats(session, channel=CHANNEL, limit=2, but={"1"})

        assert found == ["1", "2"]
        assert others == ["2"]


class TestPlacesInDoubt:
    def test_leave_out_what_is_known_to_be_elsewhere(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            first, second = (told(session, now, chat=chat) for chat in (1, 2))
            deliveries.begin(session, channel=CHANNEL, message_id=first, floor=10, now=now)
            deliveries.begin(session, channel=CHANNEL, message_id=second, floor=10, now=now)
            deliveries.part_shown(session, message_id=second, name="t12", shown_id=12, floor=12)
            deliveries.end(session, message_id=second, outcome=Outcome.SENT, now=now)
            waiting = support.undelivered(session, channel=CHANNEL)
            begun = deliveries.begun(session, messages=waiting)[first]

            places = deliveries.places_in_doubt(
                session,
                channel=CHANNEL,
                message_id=first,
                begun=begun,
                top=deliveries.highest_id(session, channel=CHANNEL) + 2,
                most=9,
            )

        assert [message.message_id for message in waiting] == [first]
        assert places == [11, 13, 14]

    def test_hold_the_id_that_came_back_and_was_not_written_down(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            first, later = (told(session, now, chat=chat) for chat in (1, 2))
            deliveries.begin(session, channel=CHANNEL, message_id=first, floor=10, now=now)
            # The sender knew by then that Telegram had given 11, to the first one.
            deliveries.begin(session, channel=CHANNEL, message_id=later, floor=11, now=now)
            waiting = support.undelivered(session, channel=CHANNEL)
            begun = deliveries.begun(session, messages=waiting)[first]

            places = deliveries.places_in_doubt(
                session, channel=CHANNEL, message_id=first, begun=begun, top=12, most=9
            )

        assert places == [11, 12]


class TestEnd:
    @pytest.mark.parametrize("outcome", Outcome)
    def test_takes_the_message_out_of_the_outbox_and_counts_it(
        self, database: Database, now: datetime, outcome: Outcome
    ) -> None:
        with database.writing() as session:
            message = told(session, now, chat=1, key="broadcast:1")
            told(session, now, chat=2, key="broadcast:2")
            told(session, now, chat=3, key="other:1")
            deliveries.begin(session, channel=CHANNEL, message_id=message, floor=0, now=now)
            deliveries.end(session, message_id=message, outcome=outcome, now=now)

            counted = deliveries.outcomes(session, key_prefix="broadcast:")
            backlog = deliveries.backlog(session, channel=CHANNEL)

        assert counted == {outcome: 1, None: 1}
        assert backlog.count == 0


class TestReachability:
    def test_is_lost_by_blocking_and_won_back_by_writing(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            deliveries.mark_unreachable(session, channel=CHANNEL, address="1", reason="Forbidden", now=now)
            deliveries.mark_unreachable(session, channel=CHANNEL, address="1", reason="again", now=now)
            lost = deliveries.is_reachable(session, channel=CHANNEL, address="1")
            won = deliveries.mark_reachable(session, channel=CHANNEL, address="1")

            assert (lost, won) == (False, True)
            assert deliveries.is_reachable(session, channel=CHANNEL, address="1")
            assert not deliveries.mark_reachable(session, channel=CHANNEL, address="1")
