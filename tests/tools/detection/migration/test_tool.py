import json
from datetime import date, datetime, timedelta

import pytest

from tests.calls import a_creator
from tests.tools.detection.conftest import CallOf, People
from tests.tools.detection.migration.cases import an_upheld_report, with_followers
from tools.creators.models import Creator
from tools.detection.migration import moving, service
from tools.detection.migration.service import (
    AppliedAlready,
    Migration,
    MigrationUnknown,
    NotEligible,
    NothingUpheld,
    SeveralImpostors,
)
from tools.detection.migration.tool import commit_migration, follower_migration
from tools.detection.models import InfringementReport
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database


@pytest.fixture
def upheld(database: Database, people: People, now: datetime) -> People:
    """Return the people, the author verified and a report against the impostor upheld three days ago."""
    with database.writing() as session:
        session.get_one(Creator, people.author).real_name_verified = True
        an_upheld_report(
            session, original=people.author, impostor=people.impostor, now=now - timedelta(days=3)
        )
        with_followers(session, people.impostor, range(10))
        with_followers(session, people.author, (0, 1, 50))
    return people


def ask(call: Call, action: str = "status", **arguments: str) -> Reply:
    found = follower_migration(call, action=action, **arguments)  # pyright: ignore[reportArgumentType] - as a model would
    assert isinstance(found, Reply)
    return found


def applied(call: Call) -> str:
    found = follower_migration(call, action="apply")
    assert isinstance(found, Proposal)
    return str(commit_migration(call, found.payload).facts["case_id"])


class TestEligibility:
    def test_names_conditions_reasons_and_the_last_day(
        self, database: Database, upheld: People, call_of: CallOf
    ) -> None:
        with database.reading() as session:
            reply = ask(call_of(session, upheld.author), "eligibility")

        assert reply.text.startswith("“fangmao”的粉丝，你可以申请迁移。\n✓ ")
        assert "最晚 9月11日申请" in reply.text
        assert reply.facts["eligible"] is True
        assert {citation.clause for citation in reply.citations} == {"1.1", "1.2", "1.3"}
        assert [button.label for button in reply.buttons] == ["申请迁移"]

    def test_says_what_is_missing_with_the_clause(
        self, database: Database, upheld: People, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            session.get_one(Creator, upheld.author).real_name_verified = False
        with database.reading() as session:
            late = call_of(session, upheld.author, now=now + timedelta(days=40))
            reply = ask(late, "eligibility", target_author="@fangmao")

        assert "还有 2 项不满足" in reply.text
        assert "✗ 9月11日前申请（结果作出后 30 天内）" in reply.text
        assert [citation.clause for citation in reply.citations] == ["1.2", "1.3"]
        assert reply.buttons == ()

    def test_tells_who_has_no_upheld_report_what_to_do(
        self, database: Database, people: People, call_of: CallOf
    ) -> None:
        with database.reading() as session:
            reply = ask(call_of(session, people.author), "eligibility")

        assert reply.facts["eligible"] is False
        assert reply.buttons[0].send == "有人冒充我，我要举报"

    def test_lists_several_impostors(
        self, database: Database, upheld: People, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            an_upheld_report(
                session, original=upheld.author, impostor=a_creator(session, "fangmao2"), now=now
            )
        with database.reading() as session:
            call = call_of(session, upheld.author)
            reply = ask(call, "eligibility")
            with pytest.raises(SeveralImpostors, match="fangmao"):
                follower_migration(call, action="apply")

        assert reply.facts["count"] == 2


class TestApply:
    def test_proposes_and_stores_only_when_confirmed(
        self, database: Database, upheld: People, call_of: CallOf
    ) -> None:
        with database.writing() as session:
            call = call_of(session, upheld.author)
            proposal = follower_migration(call, action="apply", target_author="fangmao")
            assert isinstance(proposal, Proposal)
            assert service.migrations(session) == []
            reply = commit_migration(call, proposal.payload)

        assert "7 个工作日内分批迁完" in proposal.summary
        assert proposal.summary.endswith("确认提交申请吗？")
        assert {citation.clause for citation in proposal.citations} == {"1.2", "2.1", "2.2", "3.2"}
        assert reply.facts["case_id"] == "QY20220815-0001"

    def test_refuses_a_second_application(self, database: Database, upheld: People, call_of: CallOf) -> None:
        with database.writing() as session:
            call = call_of(session, upheld.author)
            number = applied(call)

            with pytest.raises(AppliedAlready, match=number):
                follower_migration(call, action="apply")

    def test_checks_again_when_confirmed(self, database: Database, upheld: People, call_of: CallOf) -> None:
        with database.writing() as session:
            call = call_of(session, upheld.author)
            proposal = follower_migration(call, action="apply")
            assert isinstance(proposal, Proposal)
            report = session.get_one(InfringementReport, 1)
            report.state = "appealed"
            session.flush()

            with pytest.raises(NotEligible, match="对方在申诉"):
                commit_migration(call, proposal.payload)

    @pytest.mark.parametrize("target", ["老兵钓鱼真", "yuanchuang", "@nobody", "QQ20220801-0001"])
    def test_knows_only_accounts_with_an_upheld_report(
        self, database: Database, upheld: People, call_of: CallOf, target: str
    ) -> None:
        with database.reading() as session, pytest.raises(NothingUpheld):
            follower_migration(call_of(session, upheld.author), action="apply", target_author=target)

    def test_lets_the_impostor_ask_for_nothing(
        self, database: Database, upheld: People, call_of: CallOf
    ) -> None:
        with database.reading() as session, pytest.raises(NothingUpheld):
            follower_migration(call_of(session, upheld.impostor), action="apply", target_author="yuanchuang")


class TestStatus:
    def test_follows_the_case_to_its_end(
        self, database: Database, upheld: People, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, upheld.author)
            number = applied(call)
            waiting = ask(call)
            case = service.approve(session, number=number, by="审核员甲", now=now)
            approved = ask(call, case_id=number)
            moving.advance(session, migration_id=case.id, now=now, size=4)
            running = ask(call, case_id=number[-4:])
            while moving.advance(session, migration_id=case.id, now=now, size=4).more:
                pass
            done = ask(call, "result")

        assert "已提交，等待审核" in waiting.text
        assert "最晚 8月24日迁完" in approved.text
        assert "已迁移 2 人；2 人没有迁：2 人本来就关注你。" in running.text
        assert "已迁移 8 人" in done.text
        assert "带“迁移”标记" in done.text
        assert (done.facts["moved"], done.facts["already"]) == (8, 2)
        assert [citation.clause for citation in done.citations] == ["3.1", "2.2", "2.3", "3.2"]

    def test_says_why_it_was_rejected(
        self, database: Database, upheld: People, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, upheld.author)
            service.reject(session, number=applied(call), by="甲", reason="作品对应不上", now=now)
            reply = ask(call)

        assert "原因：作品对应不上" in reply.text

    def test_offers_to_apply_where_nothing_was_applied_for(
        self, database: Database, upheld: People, call_of: CallOf
    ) -> None:
        with database.reading() as session:
            reply = ask(call_of(session, upheld.author))

        assert "你还没有申请过粉丝迁移。“fangmao”的举报" in reply.text

    @pytest.mark.parametrize("form", ["{0}", "{0} ", "qy20220815-0001", "0001", "20220815", "QY202208150001"])
    def test_shows_no_case_of_another(
        self, database: Database, upheld: People, call_of: CallOf, form: str
    ) -> None:
        with database.writing() as session:
            number = applied(call_of(session, upheld.author))
            own = ask(call_of(session, upheld.author), case_id=form.format(number))
            stranger = call_of(session, upheld.impostor)
            with pytest.raises(MigrationUnknown) as another_s:
                ask(stranger, case_id=form.format(number))
            with pytest.raises(MigrationUnknown) as nobody_s:
                ask(stranger, case_id="QY20220815-0077")

        assert own.facts["case_id"] == number
        assert str(another_s.value).replace(form.format(number).strip(), "") == str(nobody_s.value).replace(
            "QY20220815-0077", ""
        )

    def test_says_nothing_private_about_the_impostor(
        self, database: Database, upheld: People, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            impostor = session.get_one(Creator, upheld.impostor)
            impostor.city, impostor.agency, impostor.followers = "秘密城", "秘密机构", 987_654
            session.flush()
            call = call_of(session, upheld.author)
            replies = [ask(call, "eligibility")]
            proposal = follower_migration(call, action="apply")
            assert isinstance(proposal, Proposal)
            replies.append(commit_migration(call, proposal.payload))
            replies += [ask(call), ask(call, "result")]
            said = json.dumps(
                [[reply.text, reply.facts] for reply in replies] + [[proposal.summary, proposal.facts]],
                ensure_ascii=False,
            )

        assert not [secret for secret in ("秘密城", "秘密机构", "987654", "987,654") if secret in said]


class TestReviewers:
    def test_record_who_decided(
        self, database: Database, upheld: People, call_of: CallOf, now: datetime, on: date
    ) -> None:
        with database.writing() as session:
            number = applied(call_of(session, upheld.author))
            made: Migration = service.approve(session, number=number, by="  林 澜 ", now=now)

        assert (made.decided_by, made.decided_at) == ("林 澜", now)
