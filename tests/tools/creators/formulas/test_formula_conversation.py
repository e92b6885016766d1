"""A creator's own metric from the first sentence to the last, through the whole assistant."""

import pytest

from bot.app import App
from bot.messages import Channel, Confirmation, Inbound, Outbound, Sender

LAOTIE = Sender(Channel.TERMINAL, "laotie")


class Talk:
    """One conversation with the demo's assistant."""

    def __init__(self, app: App) -> None:
        self.app, self.count, self.proposal = app, 0, ""

    def say(self, text: str) -> Outbound:
        self.count += 1
        answer = self.app.assistant.reply(
            Inbound(LAOTIE, key=f"m{self.count}", text=text, at=self.app.clock(), thread="metrics")
        )
        assert answer is not None
        self.proposal = answer.confirm.id if answer.confirm else ""
        return answer

    def press(self) -> str:
        assert self.proposal, "nothing waits to be confirmed"
        return self.app.assistant.confirm(
            Confirmation(LAOTIE, self.proposal, accepted=True, at=self.app.clock(), thread="metrics")
        ).text


@pytest.fixture
def talk(demo_app: App) -> Talk:
    return Talk(demo_app)


class TestCustomMetrics:
    def test_are_made_seen_watched_renamed_and_deleted_in_conversation(self, talk: Talk) -> None:
        assert "涨粉 ÷ 播放 × 1000" in talk.say("帮我建个指标 千播涨粉=涨粉/播放*1000").text
        assert "保存好了" in talk.press()
        assert "人/千次" in talk.say("千播涨粉最近怎么样").text
        assert "不是百分比" in talk.say("低于1%提醒我").text
        talk.say("低于2提醒我")
        assert "低于 2 人/千次" in talk.press()
        talk.say("把它改名叫涨粉效率")
        assert "「涨粉效率」" in talk.press()
        assert "2022年7月" in talk.say("那上个月呢").text
        assert "低于 2 人/千次时提醒" in talk.say("我设了哪些指标").text
        talk.say("删掉涨粉效率这个指标")
        assert "已删除" in talk.press()
        assert "涨粉效率" not in talk.say("我设了哪些指标").text

    def test_get_a_precise_reason_for_a_formula_that_is_none(self, talk: Talk) -> None:
        assert "【波放】/点赞" in talk.say("建个指标 坏的=波放/点赞").text
        assert "单位不同不能相加" in talk.say("建个指标 怪=播放+观看时长").text
