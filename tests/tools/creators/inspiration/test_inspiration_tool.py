import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from tests.calls import PackagedPolicies, a_call
from tools.creators import service as creators
from tools.creators.accounts import tier_of
from tools.creators.inspiration import requests, service
from tools.creators.inspiration.load import packaged
from tools.creators.inspiration.models import TopicStanding
from tools.creators.inspiration.tool import TOOL, inspiration_materials
from tools.creators.models import Creator, Work, WorkDay
from tools.kernel.agent_tool import Line, Reply, Speaker
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE

HANDLES = ("laotie", "xinren", "duanju", "zhubo", "dianshang", "mingxing", "yuanchuang", "fangmao")


class Asking:
    """Asks as a creator of the demo, in a conversation that it remembers."""

    def __init__(self, database: Database, on: date, now: datetime, handle: str = "laotie") -> None:
        self.database, self.on, self.now, self.handle = database, on, now, handle
        self.lines: list[Line] = []

    def __call__(self, said: str = "给我几个选题", **arguments: str) -> Reply:
        self.lines.append(Line(Speaker.CREATOR, said))
        with self.database.reading() as session:
            account = creators.find_account(session, handle=self.handle)
            assert account
            call = a_call(
                creator=account.id, conversation=1, now=self.now, on=self.on, transcript=tuple(self.lines)
            )
            call = replace(call, session=session, policies=PackagedPolicies())
            reply = inspiration_materials(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model gives them
        self.lines.append(Line(Speaker.ASSISTANT, reply.text))
        return reply


@pytest.fixture
def ask(story: Database, on: date, now: datetime) -> Asking:
    """Return what asks as laotie."""
    return Asking(story, on, now)


def titles(reply: Reply) -> list[str]:
    return [idea["title"] for idea in reply.facts["ideas"]]


class TestInspirationMaterials:
    def test_lists_ideas_of_the_own_category_and_says_what_the_order_rests_on(self, ask: Asking) -> None:
        reply = ask()

        assert reply.text.startswith("美食领域的选题，按同类现在的播放表现排：\n1. ")
        assert "现在的时令（夏天、开学季、中秋）" in reply.text
        assert len(titles(reply)) == 3
        assert [(each.policy, each.clause) for each in reply.citations] == [("materials-templates", "1.3")]

    def test_tells_the_second_of_the_list_in_full(self, ask: Asking) -> None:
        second = titles(ask())[1]

        reply = ask("第二个展开讲讲")

        assert reply.text.startswith(f"《{second}》")
        assert all(word in reply.text for word in ("开头 3 秒", "脚本", "封面", "配乐", "标题"))

    def test_takes_a_place_as_a_model_gives_it(self, ask: Asking) -> None:
        third = titles(ask())[2]

        assert ask("那个", work_ref="ord:-1").text.startswith(f"《{third}》")

    def test_gives_one_kind_of_one_idea(self, ask: Asking) -> None:
        first = titles(ask())[0]

        reply = ask(f"选题「{first}」的配乐素材", type="music")

        assert "配乐：" in reply.text
        assert "脚本" not in reply.text
        assert ("music-copyright", "1.1") in {(each.policy, each.clause) for each in reply.citations}

    def test_gives_the_next_batch_until_all_were_shown(self, ask: Asking) -> None:
        seen = titles(ask())
        second = ask("换一批", batch="next")
        third = ask("换一批", batch="next")

        assert not set(titles(second)) & set(seen)
        assert titles(third) == seen or not set(titles(third)) & {*seen, *titles(second)}
        while "从头再来" not in third.text:
            third = ask("换一批", batch="next")
        assert titles(third) == seen

    def test_finds_a_subject_on_another_shelf_and_out_of_season(self, ask: Asking) -> None:
        assert titles(ask("想拍点东北冬天的东西", topic="东北冬天"))[0] == "东北冬天的新鲜拍法"

    def test_says_so_when_nothing_is_about_the_subject(self, ask: Asking) -> None:
        assert "目录里没有专门讲“量子纠缠”的" in ask("拍量子纠缠", topic="量子纠缠").text

    def test_names_its_categories_when_asked_for_another(self, ask: Asking) -> None:
        assert "素材目录里还没有“航天”" in ask("航天类选题", category="航天").text

    def test_starts_from_one_of_the_creators_works(self, ask: Asking) -> None:
        reply = ask("这条怎么改", work_ref="title:盒饭十二块四个菜")

        assert reply.text.startswith("你这条《盒饭十二块四个菜，工地大哥说值》和目录里的这个选题近")

    @pytest.mark.parametrize("handle", HANDLES)
    @pytest.mark.parametrize("kind", [None, "hook", "script", "cover", "music", "title"])
    def test_says_no_number_that_its_facts_and_citations_do_not_hold(
        self, story: Database, on: date, now: datetime, handle: str, kind: str | None
    ) -> None:
        reply = Asking(story, on, now, handle)(**({"type": kind} if kind else {}))

        held = json.dumps([reply.facts, [c.clause for c in reply.citations]], ensure_ascii=False)
        numbers = [number.rstrip(".,") for number in re.findall(r"\d[\d.,]*", reply.text)]
        assert [number for number in numbers if number not in held] == []
        assert len(titles(reply)) == 3

    def test_answers_the_same_on_both_databases(
        self, platform: Database, ask: Asking, on: date, now: datetime
    ) -> None:
        assert Asking(platform, on, now)().text == ask().text

    def test_has_a_neutral_order_without_a_sample(self, story: Database, on: date, now: datetime) -> None:
        reply = Asking(story, on, now)(category="情感")

        assert "中性先验（还没有同类样本）" in reply.text
        assert {idea["lift"] for idea in reply.facts["ideas"]} == {"1.00"}


class TestStandings:
    def test_are_the_plays_of_the_peers_works_that_name_the_idea(
        self, ask: Asking, story: Database, on: date
    ) -> None:
        [shelf] = [shelf for shelf in packaged().shelves if shelf.category == "美食"]
        since = on - timedelta(days=30)
        works: list[tuple[str, str, int]] = []
        with story.reading() as session:
            query = (
                select(Work.title, Work.published_at, Creator.followers, func.sum(WorkDay.plays))
                .join(Creator, Creator.id == Work.creator_id)
                .outerjoin(WorkDay, (WorkDay.work_id == Work.id) & (WorkDay.day < on))
                .where(Work.category == "美食", Work.kind != "live", Creator.handle != "laotie")
                .group_by(Work.id)
            )
            for title, at, followers, plays in session.execute(query):
                if since <= at.astimezone(PLATFORM_ZONE).date() < on:
                    works.append((title, tier_of(followers).value, plays or 0))

        reply = ask()

        assert reply.facts["peer_works"] == len(works)
        ideas = {idea.id: idea for idea in shelf.ideas}
        for shown in reply.facts["ideas"]:
            found = [work for work in works if ideas[shown["id"]].matches(work[0])]
            assert shown["works"] == len(found)
            assert shown["plays"] == sum(plays for _, _, plays in found)
            expected = sum(
                sum(plays for _, tier, plays in works if tier == each)
                / sum(tier == each for _, tier, _ in works)
                for _, each, _ in found
            )
            assert shown["expected_plays"] == pytest.approx(expected)
            lift = (
                (shown["plays"] + 10 * expected / len(found)) / (expected * (1 + 10 / len(found)))
                if len(found) > 2
                else 1
            )
            assert shown["lift"] == f"{lift:.2f}"

    def test_are_the_same_in_ranges_of_any_size(self, platform: Database, on: date) -> None:
        def rows(at_once: int) -> list[tuple[object, ...]]:
            found = service.count(session, packaged(), on=on, at_once=at_once)
            return sorted(
                (row.category, row.tier, row.idea, row.works, row.plays, row.follows) for row in found
            )

        with platform.reading() as session:
            stored = session.scalars(select(TopicStanding)).all()
            assert rows(7) == rows(20_000)
            assert len(rows(7)) == len(stored)

    def test_are_read_along_indexes(self, story: Database, on: date, now: datetime) -> None:
        statements: list[tuple[str, object]] = []

        def remember(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            statements.append((statement, parameters))

        event.listen(story.engine, "before_cursor_execute", remember)
        Asking(story, on, now)()
        event.remove(story.engine, "before_cursor_execute", remember)

        with story.reading() as session:
            for statement, parameters in statements:
                plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # pyright: ignore[reportArgumentType] - as the driver got them
                assert [str(row) for row in plan if str(row[3]).startswith("SCAN ")] == []
        assert len(statements) == 6


class TestRequests:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("第二个展开讲讲", 2),
            ("第 1 个", 1),
            ("第10个", 10),
            ("第一次拍视频拍什么", None),
            ("给我选题", None),
        ],
    )
    def test_hear_a_place(self, text: str, place: int | None) -> None:
        assert requests.place_of(None, text) == place

    @pytest.mark.parametrize(
        ("text", "more"),
        [("换一批", True), ("再来几个", True), ("还有别的吗", True), ("给我几个选题", False)],
    )
    def test_hear_that_others_are_wanted(self, text: str, *, more: bool) -> None:
        assert requests.wants_next(text) is more

    def test_read_a_list_back(self) -> None:
        ideas = packaged().shelves[0].ideas
        answer = "\n".join(f"{place}. {idea.title}：x" for place, idea in enumerate(ideas, start=1))

        assert requests.listed(answer, packaged()) == list(ideas)
        assert requests.at(ideas, -1) == ideas[-1]
        assert requests.at(ideas, 99) is None


class TestTool:
    def test_has_enough_examples(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
