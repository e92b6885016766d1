import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest

from tests.calls import PackagedPolicies, a_call, a_creator
from tools.creators import service
from tools.creators.detectors.tool import TOOL, account_diagnosis
from tools.kernel.agent_tool import Call, Reply
from tools.kernel.db import Database
from tools.kernel.period import UnknownPeriod

HANDLES = ("laotie", "xinren", "duanju", "zhubo", "dianshang", "mingxing", "yuanchuang", "fangmao")
PERIODS = ("yesterday", "last_week", "last_7_days", "this_month", "last_30_days", "this_year")


@dataclass(frozen=True)
class Asking:
    """Asks for a diagnosis as a creator of the demo platform."""

    database: Database
    policies: PackagedPolicies
    on: date
    now: datetime

    @contextmanager
    def call(self, handle: str) -> Generator[Call]:
        with self.database.reading() as session:
            account = service.find_account(session, handle=handle)
            assert account
            call = a_call(creator=account.id, conversation=1, now=self.now, on=self.on)
            yield replace(call, session=session, policies=self.policies)

    def __call__(self, handle: str, period: str = "last_7_days") -> Reply:
        with self.call(handle) as call:
            return account_diagnosis(call, period=period)


@pytest.fixture(scope="module")
def policies() -> PackagedPolicies:
    """Return the policies as far as a tool looks clauses up."""
    return PackagedPolicies()


@pytest.fixture
def ask(story: Database, policies: PackagedPolicies, on: date, now: datetime) -> Asking:
    """Return what asks for a diagnosis in the demo."""
    return Asking(story, policies, on, now)


class TestAccountDiagnosis:
    def test_tells_laotie_what_is_wrong_and_what_to_do(self, ask: Asking) -> None:
        reply = ask("laotie")

        assert reply.text == (
            "老铁食堂，最近7天（8月8日—8月14日）的账号诊断：\n"
            "· 播放 9037 次（比前 7 天 -50.9%）\n"
            "· 完播率 16.6%（前 7 天 29.9%），互动率 3.8%（前 7 天 4.2%）\n"
            "· 净涨粉 -102：新增 54，取关 156，现在 12,348 粉（前 7 天净涨 -94）\n"
            "· 发布 3 条作品（前 7 天 0 条）\n"
            "\n"
            "最该看的\n"
            "① 新作品没推开：最近 3 条里有 2 条，头三天播放的中位数只有 2,274，你之前 14 条的中位数是 13,798"
            "（《推荐机制与流量分发说明》第 2.1 条）。没有处罚通知就不算限流，可能停在了小范围推荐，完播和互动没把它推出去。\n"
            "② 播放下滑：播放 9037 次，前 7 天是 1.8 万次，少了 50.9%，同类的变化中位数是 +2.0%。"
            "8月1日到8月9日没有发新作品，旧作品过了推荐期，没有新的接上。\n"
            "③ 完播下滑：完播率 16.6%，前 7 天是 29.9%，同类中位数 34.3%，你高于其中 4% 的账号。"
            "这段时间发的作品时长中位数是 128 秒，之前是 48 秒，拍长了，能看完的人往往会变少。\n"
            "另外还有：开头留不住人、掉粉、断更、转发偏少等\n"
            "\n"
            "下一步：不要删了重发，对照播放好的旧作品只改开头和时长，再发一条看头三天。\n"
            "用到的数据：8月1日—8月14日的每日数据；同类是美食领域粉丝数最接近的 23 个账号（3,123—53,970 粉）。"
            "数据太少没有判断：单条播放、收入。"
        )
        assert [button.label for button in reply.buttons] == ["有哪些激励能报", "看我的收益", "转人工"]
        assert [(each.policy, each.clause) for each in reply.citations] == [("traffic-distribution", "2.1")]

    def test_draws_plays_and_followers_by_day_with_the_period_marked(self, ask: Asking) -> None:
        [chart] = ask("laotie").charts

        assert (chart.labels[0], chart.labels[-1], len(chart.labels)) == ("8月1日", "8月14日", 14)
        assert [(mark.at, mark.words) for mark in chart.marks] == [(7, "最近7天")]
        plays, followers = chart.series
        assert sum(value or 0 for value in plays.values[7:]) == 9_037
        assert followers.values[-1] == 12_348

    def test_names_and_cites_the_rule_that_copied_works_break(self, ask: Asking) -> None:
        reply = ask("fangmao")

        assert "8 条里有 8 条不是原创（《原创与搬运认定规则》第 2.2 条）" in reply.text
        assert ("originality-rules", "2.2") in [(each.policy, each.clause) for each in reply.citations]

    def test_praises_nobody_but_leaves_the_healthy_alone(self, ask: Asking) -> None:
        reply = ask("xinren")

        assert "没有发现要马上处理的问题" in reply.text
        assert "净涨粉 +251" in reply.text

    def test_counts_only_whole_days_and_compares_with_as_many(self, ask: Asking) -> None:
        reply = ask("laotie", "this_month")

        assert "2022年8月（8月1日—8月14日）" in reply.text
        assert "比前 14 天" in reply.text

    def test_compares_with_nothing_where_older_days_are_missing(self, ask: Asking) -> None:
        reply = ask("laotie", "last_month")

        assert "再往前 31 天的数据不全，这次不做对比" in reply.text
        assert "%（" not in reply.text.split("\n\n")[0]

    def test_says_until_when_there_are_figures(self, ask: Asking) -> None:
        reply = ask("laotie", "this_week")

        assert (
            reply.text == "本周（8月15日—8月21日）还没有你的数据，现在的数据截至8月14日。可以先看最近 7 天。"
        )
        assert reply.buttons[0].label == "看最近 7 天"

    def test_has_no_figures_of_days_long_ago(self, ask: Asking) -> None:
        assert "还没有你的数据" in ask("laotie", "last_year").text

    def test_speaks_of_live_hours_to_a_host(self, ask: Asking) -> None:
        assert "开播 6.4 小时" in ask("zhubo").text

    def test_refuses_a_period_that_is_none(self, ask: Asking) -> None:
        with pytest.raises(UnknownPeriod):
            ask("laotie", "someday")

    def test_asks_a_new_account_to_come_back(self, database: Database, on: date, now: datetime) -> None:
        with database.writing() as session:
            call = a_call(creator=a_creator(session, "new"), conversation=1, now=now, on=on)

            reply = account_diagnosis(replace(call, session=session))

        assert "还没有每日数据" in reply.text

    @pytest.mark.parametrize("period", PERIODS)
    @pytest.mark.parametrize("handle", HANDLES)
    def test_says_no_number_that_its_facts_do_not_hold(self, ask: Asking, handle: str, period: str) -> None:
        reply = ask(handle, period)

        held = json.dumps(reply.facts, ensure_ascii=False)
        assert all(number.rstrip(".,") in held for number in re.findall(r"\d[\d.,]*", reply.text))
        assert len(reply.text.splitlines()) <= 16

    def test_answers_the_same_on_both_databases(
        self, platform: Database, ask: Asking, on: date, now: datetime
    ) -> None:
        here = Asking(platform, ask.policies, on, now)

        assert here("laotie") == ask("laotie")
        assert here("yuanchuang", "last_30_days") == ask("yuanchuang", "last_30_days")


class TestTool:
    def test_has_enough_examples_in_creators_words(self) -> None:
        assert TOOL.name == "account_diagnosis"
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
        assert TOOL.nouns
        assert TOOL.actions
