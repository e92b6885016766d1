from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.tools.notices.conftest import DAY, Calling, an_activity
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database
from tools.notices import activities, preferences, service
from tools.notices.activities import ActivityUnknown, NotMeant, NotSignedUp, SignedUpAlready, SignUpOver
from tools.notices.choosing import NoActivity, WhichActivity
from tools.notices.models import Notice
from tools.notices.settings_tool import HoursUnclear, TopicFixed, ZoneUnknown
from tools.notices.tool import activity_notices, commit_notices
from tools.notices.topics import Topic


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def call(session: Session, call_of: Calling) -> Call:
    return call_of(session, a_creator(session, "laotie"))


def reply(call: Call, **arguments: str) -> Reply:
    answer = activity_notices(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model fills them in
    assert isinstance(answer, Reply)
    return answer


def proposal(call: Call, **arguments: str) -> Proposal:
    answer = activity_notices(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model fills them in
    assert isinstance(answer, Proposal)
    return answer


class TestList:
    def test_shows_what_is_meant_for_the_creator_the_first_to_close_in_front(
        self, session: Session, call: Call, now: datetime
    ) -> None:
        an_activity(session, now, key="a", title="大号专场", audience="followers >= 1000000")
        an_activity(session, now, key="b", title="后截止", until=6 * DAY)
        an_activity(session, now, key="c", title="先截止", until=2 * DAY)
        an_activity(session, now, key="d", title="报完了", until=-DAY)
        an_activity(session, now, key="e", title="结束了", starts=-9 * DAY, ends=-DAY, until=-2 * DAY)
        an_activity(
            session,
            now,
            key="f",
            title="沈阳美食",
            audience='city == "沈阳" && category in ["美食"]',
            until=9 * DAY,
        )

        answer = reply(call)

        assert [row["title"] for row in answer.facts["activities"]] == ["先截止", "后截止", "沈阳美食"]
        assert answer.buttons[0].send == "报名活动《先截止》"
        assert answer.citations[0].clause == "1.2"

    def test_keeps_to_the_category_that_is_asked_for(
        self, session: Session, call: Call, now: datetime
    ) -> None:
        an_activity(session, now, key="a", title="一", category="美食")
        an_activity(session, now, key="b", title="二", category="知识")

        assert reply(call, category="科普").facts["activities"][0]["title"] == "二"
        assert "没有适合你的三农类活动" in reply(call, category="三农").text


class TestDetail:
    def test_tells_conditions_and_what_is_missing(self, session: Session, call: Call, now: datetime) -> None:
        an_activity(session, now, title="大赛", audience="followers >= 20000")

        answer = reply(call, action="detail", activity="大赛")

        assert "你还差：粉丝还差 8,000 人" in answer.text
        assert answer.facts["passed"] is False


class TestApply:
    def test_signs_up_only_when_confirmed_and_once(self, session: Session, call: Call, now: datetime) -> None:
        an_activity(session, now)

        made = proposal(call, action="apply", activity="ord:1")

        assert activities.mine(session, creator_id=call.creator_id, limit=9) == []
        assert "报名成功" in commit_notices(call, made.payload).text
        with pytest.raises(SignedUpAlready):
            commit_notices(call, made.payload)
        assert "已报名" in reply(call).text
        assert "进行中" in reply(call, action="status").text

    def test_is_checked_again_when_confirmed(
        self, session: Session, call: Call, call_of: Calling, now: datetime
    ) -> None:
        an_activity(session, now, until=DAY)
        made = proposal(call, action="apply")
        late = call_of(session, call.creator_id, now=now + 2 * DAY)

        with pytest.raises(SignUpOver):
            commit_notices(late, made.payload)

    def test_is_refused_to_who_is_not_meant(self, session: Session, call: Call, now: datetime) -> None:
        an_activity(session, now, title="大赛", audience="followers >= 20000")

        with pytest.raises(NotMeant, match="粉丝还差 8,000 人"):
            activity_notices(call, action="apply", activity="大赛")
        with pytest.raises(NotMeant):
            commit_notices(call, {"deed": "apply", "key": "HD-1"})

    def test_asks_which_one_and_knows_no_others(self, session: Session, call: Call, now: datetime) -> None:
        with pytest.raises(NoActivity):
            activity_notices(call, action="apply")
        an_activity(session, now, key="a", title="一号活动")
        an_activity(session, now, key="b", title="二号活动")

        with pytest.raises(WhichActivity):
            activity_notices(call, action="apply")
        for text in ("ord:9", "ord:0", "ord:-3", "没有的", "x" * 2_000):
            with pytest.raises(ActivityUnknown):
                activity_notices(call, action="apply", activity=text)
        assert proposal(call, action="apply", activity="《二号活动》").payload["key"] == "b"

    def test_can_be_taken_back_and_done_again(self, session: Session, call: Call, now: datetime) -> None:
        an_activity(session, now)
        apply = proposal(call, action="apply").payload
        commit_notices(call, apply)

        commit_notices(call, proposal(call, action="cancel").payload)

        with pytest.raises(NotSignedUp):
            commit_notices(call, {"deed": "cancel", "key": "HD-1"})
        commit_notices(call, apply)
        assert len(activities.mine(session, creator_id=call.creator_id, limit=9)) == 1

    def test_does_nothing_for_anybody_else(
        self, session: Session, call: Call, call_of: Calling, now: datetime
    ) -> None:
        an_activity(session, now)
        other = call_of(session, a_creator(session, "other"))
        made = proposal(call, action="apply")

        commit_notices(call, {**made.payload, "creator_id": other.creator_id})

        assert activities.mine(session, creator_id=other.creator_id, limit=9) == []
        assert "还没有报名" in reply(other, action="status").text


class TestResult:
    def test_tells_ones_own_and_that_others_wait(
        self, session: Session, call: Call, call_of: Calling, now: datetime
    ) -> None:
        an_activity(session, now)
        commit_notices(call, proposal(call, action="apply").payload)
        after = call_of(session, call.creator_id, now=now + 11 * DAY)

        assert "还没公布" in reply(after, action="result").text
        entry, _ = activities.mine(session, creator_id=call.creator_id, limit=1)[0]
        entry.result, entry.result_at = "二等奖", now + 11 * DAY
        session.flush()

        assert "二等奖" in reply(after, action="result").text
        assert reply(after, action="result").citations[0].clause == "2.4"


class TestRecent:
    def test_shows_ones_own_newest_first(self, session: Session, call: Call, now: datetime) -> None:
        other = a_creator(session, "other")
        for key, creator, topic in (
            ("a", call.creator_id, Topic.PAYOUT),
            ("b", call.creator_id, Topic.TASK),
            ("c", other, Topic.TASK),
        ):
            service.leave(
                session, creator_id=creator, topic=topic, text=f"消息 {key}", dedupe_key=key, now=now
            )

        assert [row["text"] for row in reply(call, action="recent").facts["notices"]] == ["消息 b", "消息 a"]
        assert [row["text"] for row in reply(call, action="recent", topic="payout").facts["notices"]] == [
            "消息 a"
        ]


class TestTopics:
    def test_are_switched_off_and_on_only_when_confirmed(
        self, session: Session, call: Call, now: datetime
    ) -> None:
        service.leave(
            session, creator_id=call.creator_id, topic=Topic.ACTIVITY, text="有活动", dedupe_key="a", now=now
        )
        off = proposal(call, action="mute")

        assert preferences.of(session, creator_id=call.creator_id).muted == frozenset()
        commit_notices(call, off.payload)

        assert preferences.of(session, creator_id=call.creator_id).muted == {(Topic.ACTIVITY, "")}
        assert [each.state for each in service.newest(session, creator_id=call.creator_id)] == ["muted"]
        assert "不用再改" in reply(call, action="mute").text
        assert "关掉的：活动" in reply(call, action="settings").text
        commit_notices(call, proposal(call, action="unmute").payload)
        assert preferences.of(session, creator_id=call.creator_id).muted == frozenset()

    def test_may_be_of_one_category(self, session: Session, call: Call) -> None:
        commit_notices(call, proposal(call, action="mute", category="直播").payload)

        assert preferences.of(session, creator_id=call.creator_id).muted == {(Topic.ACTIVITY, "直播")}
        commit_notices(call, proposal(call, action="unmute").payload)
        assert preferences.of(session, creator_id=call.creator_id).muted == frozenset()

    @pytest.mark.parametrize("topic", [topic.value for topic in Topic if not topic.mutable])
    def test_that_concern_rights_stay_on_whatever_is_asked(
        self, session: Session, call: Call, topic: str
    ) -> None:
        with pytest.raises(TopicFixed):
            activity_notices(call, action="mute", topic=topic)  # pyright: ignore[reportArgumentType] - parametrized
        with pytest.raises(TopicFixed):
            commit_notices(call, {"deed": "mute", "topics": [topic], "category": ""})
        assert "一直开着" in reply(call, action="unmute", topic=topic).text

    def test_all_means_those_that_can_be(self, session: Session, call: Call) -> None:
        commit_notices(call, proposal(call, action="mute", topic="all").payload)

        muted = preferences.of(session, creator_id=call.creator_id).muted
        assert {topic for topic, _ in muted} == {topic for topic in Topic if topic.mutable}


class TestTimes:
    @pytest.mark.parametrize(
        ("arguments", "quiet", "digest", "zone"),
        [
            ({"action": "quiet", "hours": "晚上11点到早上7点"}, "23:00–07:00", "19:00", "Asia/Shanghai"),
            ({"action": "quiet", "hours": "off"}, None, "19:00", "Asia/Shanghai"),
            ({"action": "quiet", "zone": "纽约"}, "22:00–08:00", "19:00", "America/New_York"),
            ({"action": "quiet"}, "22:00–08:00", "19:00", "Asia/Shanghai"),
            ({"action": "digest", "hours": "晚上8点"}, "22:00–08:00", "20:00", "Asia/Shanghai"),
            ({"action": "digest", "hours": "off"}, "22:00–08:00", None, "Asia/Shanghai"),
        ],
    )
    def test_are_changed_when_confirmed(
        self,
        session: Session,
        call: Call,
        arguments: dict[str, str],
        quiet: str | None,
        digest: str | None,
        zone: str,
    ) -> None:
        commit_notices(call, proposal(call, **arguments).payload)

        facts = reply(call, action="settings").facts
        assert (facts["quiet"], facts["digest_at"], facts["zone"]) == (quiet, digest, zone)

    def test_are_asked_for_again_when_they_are_not_understood(self, call: Call) -> None:
        with pytest.raises(HoursUnclear):
            activity_notices(call, action="quiet", hours="随便")
        with pytest.raises(HoursUnclear):
            activity_notices(call, action="digest", hours="x" * 2_000)
        with pytest.raises(ZoneUnknown):
            activity_notices(call, action="quiet", zone="火星")

    def test_bring_forward_what_waits(self, session: Session, call: Call, now: datetime) -> None:
        service.leave(
            session, creator_id=call.creator_id, topic=Topic.TASK, text="x", dedupe_key="a", now=now
        )
        [left] = service.newest(session, creator_id=call.creator_id)
        row = session.get_one(Notice, left.id)
        row.state, row.due_at = "waiting", now + timedelta(hours=9)
        session.flush()

        commit_notices(call, proposal(call, action="quiet", hours="off").payload)

        session.expire_all()
        assert [each.due_at for each in service.newest(session, creator_id=call.creator_id)] == [now]
