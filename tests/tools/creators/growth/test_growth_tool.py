import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.calls import PackagedPolicies, a_call, a_creator
from tools.creators import service as creators
from tools.creators.growth.cohorts import Factor
from tools.creators.growth.hours import stretches
from tools.creators.growth.tool import TOOL, growth_advice
from tools.creators.growth.topics import Topic, topic_of
from tools.kernel.agent_tool import Line, Reply, Speaker
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE

HANDLES = ("laotie", "xinren", "duanju", "zhubo", "dianshang", "mingxing", "yuanchuang", "fangmao")


def ask(
    story: Database, on: date, now: datetime, handle: str, *, said: str = "", topic: str | None = None
) -> Reply:
    with story.reading() as session:
        account = creators.find_account(session, handle=handle)
        assert account
        transcript = (Line(Speaker.CREATOR, said),) if said else ()
        call = a_call(creator=account.id, conversation=1, now=now, on=on, transcript=transcript)
        return growth_advice(replace(call, session=session, policies=PackagedPolicies()), topic=topic)


class TestGrowthAdvice:
    def test_tells_laotie_the_stage_and_why(self, story: Database, on: date, now: datetime) -> None:
        reply = ask(story, on, now, "laotie")

        assert reply.text.startswith(
            "老铁食堂，你在平台期：12,348 粉，入驻第 678 天。\n"
            "为什么：最近 4 个整周净涨粉依次是 +398、+421、-94、-102，"
        )
        assert "近两周合计 -196，没有再涨，算平台期。" in reply.text
        assert "不等于照做就一定涨" in reply.text
        assert "《快手之星报名与筛选细则》第 1.1 条" in reply.text
        assert reply.text.splitlines()[-1].startswith("下一步：")

    def test_names_the_next_milestone_and_when_it_comes(
        self, story: Database, on: date, now: datetime
    ) -> None:
        reply = ask(story, on, now, "xinren")

        assert "下一个门槛：10,000 粉，还差 4,969" in reply.text
        assert ("guanghe-plan-rules", "1.1") in {(each.policy, each.clause) for each in reply.citations}
        arrival = reply.facts["arrival"]
        left, pace = reply.facts["milestone"]["left"], reply.facts["pace"]
        days = (date.fromisoformat(arrival["expected"]) - on).days
        assert days - 1 < left / pace["mean_a_day"] <= days

    def test_says_how_far_the_goal_is_that_the_creator_has(
        self, story: Database, on: date, now: datetime
    ) -> None:
        reply = ask(story, on, now, "xinren", said="怎么涨到两万粉")

        assert "你说的 20,000 粉还差 14,969。照现在的速度大约" in reply.text
        assert reply.facts["goal"] == 20_000

    def test_says_that_a_goal_is_reached(self, story: Database, on: date, now: datetime) -> None:
        assert "你说的 1,000 粉已经到了。" in ask(story, on, now, "laotie", said="怎么涨到一千粉").text

    def test_tells_the_impostor_that_nothing_is_original(
        self, story: Database, on: date, now: datetime
    ) -> None:
        reply = ask(story, on, now, "fangmao")

        assert reply.facts["own"][Factor.ORIGINAL_PERCENT] == 0
        assert "下一步：把原创占比往 100% 提（你现在 0%）" in reply.text

    @pytest.mark.parametrize("handle", HANDLES)
    @pytest.mark.parametrize(
        "said", ["", "几点发好", "怎么变现", "一周更几条合适", "新手起号有啥路子", "涨到30万粉"]
    )
    def test_says_no_number_that_its_facts_and_citations_do_not_hold(
        self, story: Database, on: date, now: datetime, handle: str, said: str
    ) -> None:
        reply = ask(story, on, now, handle, said=said)

        held = json.dumps(
            [reply.facts, [[c.clause, c.quote] for c in reply.citations]], ensure_ascii=False, default=str
        )
        numbers = re.findall(r"\d[\d.,]*", reply.text)
        assert [number for number in numbers if number.rstrip(".,") not in held] == []
        assert len(reply.text.splitlines()) <= 15

    @pytest.mark.parametrize("handle", HANDLES)
    def test_draws_the_path_with_its_marks(
        self, story: Database, on: date, now: datetime, handle: str
    ) -> None:
        [chart] = ask(story, on, now, handle).charts

        assert chart.series[0].values[-1] == ask(story, on, now, handle).facts["followers"]
        assert chart.marks

    def test_compares_hours_with_the_medians_of_the_own_works(
        self, story: Database, on: date, now: datetime
    ) -> None:
        reply = ask(story, on, now, "laotie", topic="发布时间")

        with story.reading() as session:
            account = creators.find_account(session, handle="laotie")
            assert account
            works = creators.works(session, creator_id=account.id, on=on - timedelta(days=1))
        evening = sorted(
            work.plays
            for work in works
            if 17 <= work.published_at.astimezone(PLATFORM_ZONE).hour < 20
            and date(2022, 6, 13) <= work.published_at.astimezone(PLATFORM_ZONE).date() < date(2022, 8, 12)
        )
        # The story's works have no plays before July; days up to the twelfth count.
        shown = next(each for each in reply.facts["stretches"] if "傍晚" in each["words"])
        assert shown["works"] == len(evening)
        assert "3.2" in {each.clause for each in reply.citations}

    def test_says_so_when_there_is_nothing_to_go_by(
        self, database: Database, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            call = a_call(creator=a_creator(session, "new", followers=40), conversation=1, now=now, on=on)
            reply = growth_advice(replace(call, session=session, policies=PackagedPolicies()))

        assert "入驻期" in reply.text
        assert "连续的每日数据还不满两周" in reply.text
        assert "同阶段的对照样本不够" in reply.text
        assert "先把入驻任务做完" in reply.text
        assert reply.charts == ()

    def test_answers_the_same_on_both_databases(
        self, platform: Database, story: Database, on: date, now: datetime
    ) -> None:
        assert ask(platform, on, now, "xinren").text == ask(story, on, now, "xinren").text


class TestStretches:
    def test_leaves_out_hours_with_few_works(self) -> None:
        at = datetime(2022, 8, 1, 18, 30, tzinfo=PLATFORM_ZONE)
        few = datetime(2022, 8, 1, 9, 0, tzinfo=PLATFORM_ZONE)

        [found] = stretches([(at, 10), (at, 30), (at, 20), (few, 900), (few, 900)])

        assert (found.words, found.works, found.median_plays) == ("傍晚 17—20 点", 3, 20)


class TestTopicOf:
    @pytest.mark.parametrize(
        ("text", "topic"),
        [
            ("几点发好", Topic.HOURS), ("怎么变现", Topic.MONEY), ("新手起号有啥路子", Topic.BEGINNING),
            ("一周更几条合适", Topic.POSTING), ("视频拍多长比较好", Topic.LENGTH), ("怎么涨粉", Topic.WHOLE),
        ],
    )  # fmt: skip
    def test_hears_what_is_asked(self, text: str, topic: Topic) -> None:
        assert topic_of(None, text) is topic

    def test_goes_by_the_named_topic_first(self) -> None:
        assert topic_of("变现", "几点发好") is Topic.MONEY


class TestTool:
    def test_has_enough_examples(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
