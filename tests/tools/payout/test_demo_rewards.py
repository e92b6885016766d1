from datetime import date, datetime

import pytest

from tests.tools.payout.conftest import CallOf
from tools.creators import demo as demo_creators
from tools.creators import service as creators
from tools.kernel.agent_tool import Reply
from tools.kernel.db import Database
from tools.payout import demo
from tools.payout.live_tool import live_incentive
from tools.payout.reward_invariants import INVARIANTS
from tools.payout.tasks_tool import incentive_tasks
from tools.payout.traffic_tool import traffic_boost


class TestLoad:
    @pytest.mark.parametrize("again", [1, 2])
    def test_gives_the_demo_accounts_something_to_ask_about(
        self, database: Database, call_of: CallOf, on: date, now: datetime, again: int
    ) -> None:
        with database.writing() as session:
            demo_creators.load(session, on=on)
            for _ in range(again):
                demo.load(session, on=on)
        texts: dict[str, tuple[str, ...]] = {}
        for handle in ("laotie", "zhubo", "dianshang"):
            with database.writing() as session:
                account = creators.find_account(session, handle=handle)
                assert account is not None
                call = call_of(session, account.id)
                made = (
                    incentive_tasks(call), live_incentive(call), traffic_boost(call),
                    traffic_boost(call, action="effect"),
                )  # fmt: skip
                texts[handle] = tuple(reply.text for reply in made if isinstance(reply, Reply))

        assert "发布5条原创作品：3 条/5 条，还差 2 条，8月16日 24:00 前完成" in texts["laotie"][0]
        assert texts["laotie"][2].startswith("你有 1 张流量券，共 5,000 次曝光")
        assert "带来" in texts["laotie"][3]
        assert "离「开播20小时」还差 7 小时 38 分钟" in texts["zhubo"][1]
        assert "开播2小时（8月16日截止）：已完成，奖励已发" in texts["zhubo"][0]
        assert "青云计划" in texts["dianshang"][2]
        assert "带来" in texts["dianshang"][3]
        with database.reading() as session:
            assert [line for item in INVARIANTS for line in item.violations(session)] == []
