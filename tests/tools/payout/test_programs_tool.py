from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.tools.payout.conftest import CallOf
from tools.creators.models import AccountDay, Creator, Work
from tools.kernel.agent_tool import Call, Reply
from tools.kernel.db import Database
from tools.payout.programs import ProgramUnknown
from tools.payout.programs_tool import TOOL, incentive_programs


def a_food_creator(
    session: Session,
    handle: str = "laotie",
    *,
    followers: int = 12_000,
    month_ago: int = 11_000,
    works: int = 5,
) -> int:
    """Store an account with its growth of the month and works of the last days, and return its id."""
    creator = a_creator(session, handle, followers=followers)
    session.get_one(Creator, creator).real_name_verified = True
    for day, count in ((date(2022, 7, 15), month_ago), (date(2022, 8, 14), followers)):
        session.add(
            AccountDay(
                creator_id=creator, day=day, followers=count, new_followers=0, lost_followers=0,
                profile_views=0, live_seconds=0,
            )
        )  # fmt: skip
    for number in range(works):
        session.add(
            Work(
                public_id=f"3x{handle}{number}", creator_id=creator, title=f"作品{number}", kind="video",
                category="美食", published_at=datetime.fromisoformat(f"2022-08-{number + 1:02d}T10:00:00+08:00"),
                duration_seconds=30,
            )
        )  # fmt: skip
    session.flush()
    return creator


@pytest.fixture
def call(database: Database, call_of: CallOf) -> Call:
    with database.writing() as session:
        creator = a_food_creator(session)
        a_food_creator(session, "neighbour", followers=777_777, month_ago=1, works=9)
        return call_of(session, creator)


def ask(
    database: Database, call_of: CallOf, call: Call, *, on: date | None = None, **arguments: str
) -> Reply:
    with database.reading() as session:
        return TOOL.run(call_of(session, call.creator_id, on=on), **arguments)  # pyright: ignore[reportReturnType] - it proposes nothing


class TestIncentivePrograms:
    def test_lists_what_is_in_force_and_what_the_creator_qualifies_for(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call)

        lines = reply.text.splitlines()
        assert lines[0] == "2022年8月15日正在进行的激励计划有 7 个，你符合 2 个："
        assert lines[1].startswith("· 光合计划（你符合）：")
        assert lines[2].startswith("· 光合优创（还差 2 项）：")
        assert len(lines) == 8
        assert [citation.policy for citation in reply.citations][:2] == ["guanghe-plan", "youchuang"]
        assert reply.buttons[0].send == "光合优创我还差什么条件"

    @pytest.mark.parametrize(
        ("on", "names"),
        [
            (date(2021, 12, 31), []),
            (date(2022, 1, 1), ["guanghe"]),
            (date(2022, 6, 1), ["guanghe", "qingyun"]),
            (date(2022, 10, 1), ["guanghe", "youchuang", "star", "live", "drama", "lifecycle"]),
        ],
    )
    def test_lists_only_what_is_in_force_on_the_day(
        self, database: Database, call_of: CallOf, call: Call, on: date, names: list[str]
    ) -> None:
        reply = ask(database, call_of, call, on=on)

        assert [item["program"] for item in reply.facts["programs"]] == names
        assert str(len(names)) in reply.text or not names

    def test_puts_the_category_of_the_creator_first(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, category="直播")

        assert [item["program"] for item in reply.facts["programs"]] == [
            "live", "guanghe", "youchuang", "star", "lifecycle",
        ]  # fmt: skip

    def test_says_when_a_category_has_no_programme_of_its_own(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, category="三农")

        assert reply.text.startswith("没有只面向“三农”的计划")
        assert "drama" not in [item["program"] for item in reply.facts["programs"]]

    def test_explains_each_clause_and_the_distance(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, action="eligibility", program="光合优创")

        assert reply.text.splitlines()[:5] == [
            "光合优创：还差 2 项。",
            "✗ 近30天涨粉 9.09%，还差 0.91 个百分点",
            "✗ 近30天原创作品 5 条，还差 3 条",
            "✓ 粉丝 12,000 人（要求至少 10,000 人）",
            "✓ 近90天违规 0 次（要求 0 次）",
        ]
        assert {(item.policy, item.clause) for item in reply.citations} >= {
            ("youchuang-rules", "1.2"),
            ("youchuang-rules", "1.3"),
        }
        assert reply.facts["eligible"] is False

    def test_says_what_to_do_next_when_the_creator_qualifies(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, action="eligibility", program="guanghe")

        assert reply.text.startswith("光合计划：你符合条件。\n✓ 粉丝 12,000 人")
        assert "下一步：在光合助手或创作者服务中心确认加入" in reply.text
        assert "万粉以下" not in reply.text
        assert ("guanghe-plan-rules", "2.1") in {(item.policy, item.clause) for item in reply.citations}

    def test_shows_every_way_in_while_none_is_open(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        with database.writing() as session:
            small = a_food_creator(session, "small", followers=900, month_ago=600, works=4)
            reply = incentive_programs(call_of(session, small), action="eligibility", program="guanghe")

        assert "万粉以上：\n✗ 粉丝还差 9,100 人" in reply.text
        assert "万粉以下高成长：\n✗ 粉丝还差 100 人\n✓ 近30天涨粉 50%" in reply.text

    def test_cites_the_rules_of_the_day_asked(self, database: Database, call_of: CallOf, call: Call) -> None:
        reply = ask(database, call_of, call, on=date(2022, 7, 28), action="eligibility", program="光合计划")

        [works] = [item for item in reply.citations if item.clause == "1.4"]
        assert "不少于 6 条" in works.quote

    def test_goes_through_all_when_no_programme_is_named(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, action="eligibility")

        assert reply.text.startswith("你现在符合：光合计划、成长周期任务。\n还差一些的：\n· 光合优创：")
        assert "· 快手之星：粉丝还差 88,000 人" in reply.text

    @pytest.mark.parametrize(
        ("on", "words"),
        [
            (date(2022, 10, 1), "青云计划已经在 2022年9月30日结束"),
            (date(2022, 5, 31), "青云计划从 2022年6月1日开始"),
        ],
    )
    def test_says_when_a_programme_is_over_or_still_to_come(
        self, database: Database, call_of: CallOf, call: Call, on: date, words: str
    ) -> None:
        reply = ask(database, call_of, call, on=on, action="eligibility", program="青云计划")

        assert reply.text.startswith(words)
        assert reply.citations == ()

    @pytest.mark.parametrize("text", ["neighbour", "2", "creator:2", "' OR 1=1 --", "光合" * 10_000])
    def test_tells_nothing_of_another_creator_whatever_is_asked(
        self, database: Database, call_of: CallOf, call: Call, text: str
    ) -> None:
        with pytest.raises(ProgramUnknown) as refused:
            ask(database, call_of, call, program=text)
        listed = ask(database, call_of, call, category=text)

        assert "777,777" not in str(refused.value) + listed.text + str(listed.facts)
        assert listed.facts["programs"][0]["alternatives"][0]["clauses"][0]["value"] == 12_000

    @pytest.mark.parametrize("text", ["", "   ", "\n"])
    def test_takes_an_empty_name_for_none(
        self, database: Database, call_of: CallOf, call: Call, text: str
    ) -> None:
        assert ask(database, call_of, call, program=text, category=text) == ask(database, call_of, call)


class TestAsks:
    def test_are_many_and_different(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 20
