import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

import pytest

from knowledge.read import PACKAGED_POLICIES, Clause, read_policies
from knowledge.search import Policies
from tests.calls import a_call, a_creator
from tools.creators import service
from tools.creators.agent_tools import TOOLS, account_diagnosis
from tools.kernel.agent_tool import Call, Reply
from tools.kernel.db import Database
from tools.kernel.period import UnknownPeriod


@dataclass(frozen=True)
class PolicyFiles:
    """The shipped policies without a vector store."""

    clauses: tuple[Clause, ...]

    def clause(self, policy: str, clause: str, *, on: date) -> Clause | None:
        for each in self.clauses:
            if (each.policy, each.clause) == (policy, clause) and each.holds_on(on):
                return each
        return None


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the policies as far as a tool looks clauses up."""
    clauses = tuple(clause for policy in read_policies(PACKAGED_POLICIES) for clause in policy.clauses)
    return cast("Policies", PolicyFiles(clauses))


@dataclass(frozen=True)
class Asking:
    """Asks for a diagnosis as a creator of the demo platform."""

    database: Database
    policies: Policies
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


@pytest.fixture
def ask(story: Database, policies: Policies, on: date, now: datetime) -> Asking:
    """Return what asks for a diagnosis in the demo."""
    return Asking(story, policies, on, now)


class TestAccountDiagnosis:
    def test_tells_laotie_what_is_wrong_and_what_to_do(self, ask: Asking) -> None:
        reply = ask("laotie")

        assert reply.text == (
            "老铁食堂，最近7天（8月8日—8月14日）的账号诊断：\n"
            "· 播放 9037 次（比前 7 天 -50.9%）\n"
            "· 完播率 16.6%（前 7 天 29.9%）\n"
            "· 互动率 3.8%（前 7 天 4.2%）\n"
            "· 净涨粉 -102：新增 54，取关 156，现在 12,348 粉（前 7 天净涨 -94）\n"
            "· 发布 3 条作品（前 7 天 0 条）\n"
            "\n"
            "最该看的\n"
            "① 播放下滑：播放 9037 次，前 7 天是 1.8 万次，少了 50.9%；"
            "同类账号的变化中位数是 +1.6%（对比 20 个领域、粉丝数相近的账号）。"
            "8月1日到8月9日没有发新作品，旧作品过了推荐期，播放就跟着掉。\n"
            "② 完播偏低：完播率 16.6%，前 7 天是 29.9%；"
            "同类账号中位数 34.3%，你高于其中 4% 的账号（对比 24 个领域、粉丝数相近的账号）。"
            "最近的作品留不住人，多半是开头铺垫太长，或者比以前拍得更长。\n"
            "③ 断更：8月1日到8月9日连续 9 天没发作品。更新一断，关注页和推荐页都没有新内容可推，粉丝也容易忘。\n"
            "\n"
            "下一步：这周先恢复更新，从近两个月播放最好的《正宗锅包肉，醋要这么烹》换个角度再拍一条。"
        )
        assert [button.label for button in reply.buttons] == ["有哪些激励能报", "看我的收益", "转人工"]

    def test_names_and_cites_the_rule_of_a_penalty(self, ask: Asking) -> None:
        reply = ask("laotie", "last_30_days")

        assert "收到 1 次提醒（不记分）" in reply.text
        assert "《广告用语与极限词规则》第 1.1 条" in reply.text
        assert [(each.policy, each.clause) for each in reply.citations] == [("advertising-wording", "1.1")]
        assert "极限词" in reply.citations[0].quote

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

    @pytest.mark.parametrize(
        "period", ["yesterday", "last_week", "last_7_days", "this_month", "last_30_days", "this_year"]
    )
    @pytest.mark.parametrize(
        "handle", ["laotie", "xinren", "duanju", "zhubo", "dianshang", "mingxing", "yuanchuang", "fangmao"]
    )
    def test_says_no_number_that_its_facts_do_not_hold(self, ask: Asking, handle: str, period: str) -> None:
        reply = ask(handle, period)

        held = json.dumps(reply.facts, ensure_ascii=False)
        assert all(number.rstrip(".,") in held for number in re.findall(r"\d[\d.,]*", reply.text))

    def test_answers_the_same_on_both_databases(
        self, platform: Database, ask: Asking, on: date, now: datetime
    ) -> None:
        here = Asking(platform, ask.policies, on, now)

        assert here("laotie") == ask("laotie")
        assert here("yuanchuang", "last_30_days") == ask("yuanchuang", "last_30_days")


class TestTools:
    def test_have_enough_examples_in_creators_words(self) -> None:
        [tool] = TOOLS

        assert tool.name == "account_diagnosis"
        assert len(set(tool.asks)) == len(tool.asks) >= 20
        assert tool.nouns
        assert tool.actions
