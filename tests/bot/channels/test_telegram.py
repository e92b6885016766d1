"""The bot over HTTP: what a creator writes or presses, and what the chat then shows."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.measures.bot_api import BotApi
from bot.measures.bot_api_wire import Json, Shown, person
from bot.messages import Channel, Outbound
from tests.bot.channels.running_bot import CHAT, ONE_DATABASE, OTHER_CHAT, ScriptedApp, nickname, polling
from tools.creators import service as creators
from tools.kernel.agent_tool import Button, Citation
from tools.support.models import Message, MessageChange

LONG_SEND = "我想知道" + "上个月每条作品的完播率分别是多少，" * 8
MENU = Outbound(text="想查什么？", buttons=(Button("完播率", LONG_SEND), Button("收益", "这个月收益")))


def asked_for_confirmation(api: BotApi, name: str = "铁哥") -> Shown:
    api.write(f"改名{name}", chat=CHAT)
    return api.until_shown(1, chat=CHAT)[0]


@ONE_DATABASE
class TestText:
    def test_is_answered_in_its_chat(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.write("你好", chat=CHAT)

            (answer,) = api.until_shown(1, chat=CHAT)

        assert answer.text == "答：你好"
        assert api.shown(OTHER_CHAT) == []

    def test_keeps_the_bot_typing_while_it_thinks(self, api: BotApi, app: ScriptedApp) -> None:
        thought = app.agent.hold("想一想")

        with polling(app):
            api.write("想一想", chat=CHAT)
            api.until_called("sendChatAction", number=3, chat=CHAT)
            before = len(api.shown(CHAT))
            thought.set()
            api.until_shown(1, chat=CHAT)

        assert before == 0
        assert api.calls("sendChatAction")[0].params["action"] == "typing"

    def test_cites_its_sources_below_the_answer(self, api: BotApi, app: ScriptedApp) -> None:
        clauses = [
            Citation("guanghe-plan", number, "光合计划<规则>", "原文") for number in ("2.1", "2.1", "3")
        ]
        app.agent.answers["规则"] = Outbound(text="要 1 万粉丝 & 实名。", citations=tuple(clauses))

        with polling(app):
            api.write("规则", chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)

        assert (
            answer.text
            == "要 1 万粉丝 & 实名。\n\n依据\n[1][2] 《光合计划<规则>》2.1\n[3] 《光合计划<规则>》3"
        )

    def test_is_split_when_the_answer_is_long(self, api: BotApi, app: ScriptedApp) -> None:
        sentence = "这一段要讲清楚一件事。"
        app.agent.answers["细说"] = Outbound(text=sentence * 900, buttons=(Button("收益", "收益"),))

        with polling(app):
            api.write("细说", chat=CHAT)
            shown = api.until_shown(3, chat=CHAT)

        assert "".join(part.text for part in shown) == sentence * 900
        assert all(part.text.endswith("。") for part in shown)
        assert [part.labels for part in shown] == [[], [], ["收益"]]


@ONE_DATABASE
class TestCommands:
    def test_greet_with_suggestions_that_can_be_pressed(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            for command in ("/start", "/help", "/START", "/anything else"):
                api.write(command, chat=CHAT)
            greetings = api.until_shown(4, chat=CHAT)
            api.press(greetings[3], greetings[3].labels[0])
            answer = api.until_shown(5, chat=CHAT)[4]

        assert all("光合助手" in greeting.text for greeting in greetings)
        assert answer.text.startswith("答：")

    def test_links_the_chat_to_the_creator_whose_code_it_is(
        self, api: BotApi, app: ScriptedApp, creator: int, now: datetime
    ) -> None:
        with app.database.writing() as session:
            code = creators.issue_link_code(session, creator_id=creator, now=now)

        with polling(app):
            api.write(f"/link {code.lower()}", chat=OTHER_CHAT)
            (answer,) = api.until_shown(1, chat=OTHER_CHAT)

        assert "绑定成功" in answer.text
        with app.database.reading() as session:
            linked = creators.linked_creator(session, channel=Channel.TELEGRAM, address=str(OTHER_CHAT))
        assert linked == creator

    def test_says_why_a_code_does_not_link(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.write("/link ABCD2345", chat=CHAT)
            api.write("/link", chat=CHAT)
            wrong, missing = api.until_shown(2, chat=CHAT)

        assert "绑定码不对" in wrong.text
        assert "/link ABCD2345" in missing.text

    def test_forgets_the_conversation_on_reset(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.write("/reset", chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)

        assert "重新开始" in answer.text
        assert app.agent.asked == []

    def test_are_listed_in_the_client(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            (call,) = api.until_called("setMyCommands")

        assert [name for name in ("start", "help", "link", "reset") if f'"{name}"' in call.params["commands"]]


class TestSuggestions:
    def test_say_their_text_however_long_it_is(self, api: BotApi, app: ScriptedApp) -> None:
        app.agent.answers["菜单"] = MENU

        with polling(app):
            api.write("菜单", chat=CHAT)
            (menu,) = api.until_shown(1, chat=CHAT)
            api.press(menu, "完播率")
            api.until_shown(2, chat=CHAT)
            (toast,) = api.until_called("answerCallbackQuery")

        assert app.agent.asked == ["菜单", LONG_SEND]
        assert toast.params["text"] == "完播率"

    def test_that_were_not_offered_here_lead_nowhere(self, api: BotApi, app: ScriptedApp) -> None:
        app.agent.answers["菜单"] = MENU
        forged = [
            "s:999999999:0",
            "s:1:99",
            "s:1:-1",
            "s:99999999999999999999999:0",
            "s:1",
            "c:1:1",
            "",
            "\x00你好",
        ]

        with polling(app):
            api.write("菜单", chat=CHAT)
            (menu,) = api.until_shown(1, chat=CHAT)
            api.press(menu, "收益", chat=OTHER_CHAT)
            for data in forged:
                api.press_data(data, menu)
            toasts = api.until_called("answerCallbackQuery", number=1 + len(forged))

        assert all("失效" in toast.params["text"] for toast in toasts)
        assert app.agent.asked == ["菜单"]

    def test_pressed_by_another_user_are_ignored(self, api: BotApi, app: ScriptedApp) -> None:
        app.agent.answers["菜单"] = MENU

        with polling(app):
            api.write("菜单", chat=CHAT)
            (menu,) = api.until_shown(1, chat=CHAT)
            api.until_confirmed(api.press(menu, "收益", user=OTHER_CHAT))
            api.write("你好", chat=CHAT)
            api.until_shown(2, chat=CHAT)

        assert app.agent.asked == ["菜单", "你好"]


@pytest.mark.usefixtures("creator")
class TestConfirmation:
    def test_executes_and_shows_the_decision_where_the_buttons_were(
        self, api: BotApi, app: ScriptedApp
    ) -> None:
        with polling(app):
            before = asked_for_confirmation(api)
            unchanged = nickname(app.database)
            api.press(before, "✅ 确认")
            after, done = api.until_shown(2, chat=CHAT)

        assert before.labels == ["✅ 确认", "取消"]
        assert unchanged == "老铁"
        assert after.edited
        assert after.labels == []
        assert after.text.endswith("✅ 已确认，已办理")
        assert done.text == "昵称已经改成“铁哥”。"
        assert nickname(app.database) == "铁哥"

    def test_cancels_without_a_change(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.press(asked_for_confirmation(api), "取消")
            after, said = api.until_shown(2, chat=CHAT)

        assert after.text.endswith("已取消，没有改动")
        assert after.labels == []
        assert "已取消" in said.text
        assert nickname(app.database) == "老铁"

    def test_pressed_twice_happens_once(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            question = asked_for_confirmation(api)
            for _ in range(2):
                api.press(question, "✅ 确认")
            api.until_called("answerCallbackQuery", number=2)
            api.write("你好", chat=CHAT)
            texts = [message.text for message in api.until_shown(3, chat=CHAT)]

        assert texts[1:] == ["昵称已经改成“铁哥”。", "答：你好"]

    def test_cancelled_after_it_was_executed_stays_shown_as_executed(
        self, api: BotApi, app: ScriptedApp
    ) -> None:
        with polling(app):
            question = asked_for_confirmation(api)
            api.press(question, "✅ 确认")
            api.press(question, "取消")
            after, _, late = api.until_shown(3, chat=CHAT)

        assert after.text.endswith("✅ 已确认，已办理")
        assert "已经执行过了" in late.text
        assert nickname(app.database) == "铁哥"

    def test_that_came_too_late_shows_that_nothing_was_done(
        self, api: BotApi, app: ScriptedApp, now: datetime
    ) -> None:
        moments = [now]
        app = ScriptedApp(app.settings, app.database, lambda: moments[0])

        with polling(app):
            question = asked_for_confirmation(api)
            moments[0] = now + timedelta(hours=1)
            api.press(question, "✅ 确认")
            after, said = api.until_shown(2, chat=CHAT)

        assert after.labels == []
        assert after.text.endswith("没有办成，原因见下一条消息")
        assert "超过 30 分钟" in said.text
        assert nickname(app.database) == "老铁"

    def test_from_another_chat_does_nothing(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            question = asked_for_confirmation(api)
            api.press(question, "✅ 确认", chat=OTHER_CHAT)
            (toast,) = api.until_called("answerCallbackQuery")

        assert "失效" in toast.params["text"]
        assert nickname(app.database) == "老铁"
        assert api.shown(CHAT) == [question]
        assert api.shown(OTHER_CHAT) == []


@ONE_DATABASE
class TestOtherContent:
    def test_gets_a_line_that_says_what_can_be_sent(self, api: BotApi, app: ScriptedApp) -> None:
        file: Json = {"file_id": "1", "file_unique_id": "1"}
        sticker = {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
        contents: list[Json] = [
            {"sticker": {**file, **sticker}},
            {"voice": {**file, "duration": 3}},
            {"audio": {**file, "duration": 3}, "caption": "听听这个"},
            {"location": {"latitude": 1.0, "longitude": 2.0}},
        ]

        with polling(app):
            for content in contents:
                api.send(content, chat=CHAT)
            answers = api.until_shown(len(contents), chat=CHAT)

        assert all("文字" in answer.text for answer in answers)
        assert app.agent.asked == []

    def test_in_an_album_gets_one_line(self, api: BotApi, app: ScriptedApp) -> None:
        song = {"audio": {"file_id": "1", "file_unique_id": "1", "duration": 3}}

        with polling(app):
            for _ in range(4):
                api.send({**song, "media_group_id": "album"}, chat=CHAT)
            api.write("你好", chat=CHAT)
            shown = api.until_shown(2, chat=CHAT)

        assert shown[1].text == "答：你好"

    def test_that_concerns_nobody_is_ignored(self, api: BotApi, app: ScriptedApp) -> None:
        chat = {"id": CHAT, "type": "private", "first_name": "人"}
        group = {"id": -5, "type": "supergroup", "title": "群"}
        message: Json = {"message_id": 1, "date": 1, "chat": chat, "from": person(CHAT)}

        with polling(app):
            api.push({"message": {**message, "pinned_message": message}})
            api.push({"edited_message": {**message, "text": "改过的"}})
            api.push({"message": {**message, "chat": group, "text": "/start"}})
            api.push({"message": {**message, "chat": {**group, "type": "group"}, "text": "大家好"}})
            api.write("你好", chat=CHAT)
            api.until_shown(1, chat=CHAT)

        assert [call.params["text"] for call in api.calls("sendMessage")] == ["答：你好"]

    def test_whose_words_were_changed_is_answered_anew(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            asked = api.message({"text": "上月"}, chat=CHAT)
            api.push({"message": asked})
            api.until_shown(1, chat=CHAT)
            changed = api.push({"edited_message": {**asked, "text": "本月", "edit_date": 2}})
            api.until_shown(2, chat=CHAT)
            # The same update again, and a change that changes nothing.
            api.push({"edited_message": {**asked, "text": "本月", "edit_date": 2}}, update_id=changed)
            api.push({"edited_message": {**asked, "text": "本月", "edit_date": 3}})
            api.write("好", chat=CHAT)
            shown = api.until_shown(3, chat=CHAT)

        assert [one.text for one in shown] == ["答：上月", "答：本月", "答：好"]

    def test_said_before_the_last_is_changed_where_it_stands(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            asked = api.message({"text": "第一"}, chat=CHAT)
            api.push({"message": asked})
            api.write("第二", chat=CHAT)
            api.until_shown(2, chat=CHAT)
            api.push({"edited_message": {**asked, "text": "其一", "edit_date": 2}})
            api.write("第三", chat=CHAT)
            shown = api.until_shown(3, chat=CHAT)

        assert [one.text for one in shown] == ["答：第一", "答：第二", "答：第三"]
        with app.database.reading() as session:
            said = session.scalars(
                select(Message.text).where(Message.speaker == "creator").order_by(Message.sequence)
            ).all()
            changes = session.execute(select(MessageChange.before, MessageChange.agent_id)).all()
        assert said == ["其一", "第二", "第三"]
        assert [tuple(change) for change in changes] == [("第一", None)]

    def test_of_a_group_that_adds_the_bot_gets_one_line(self, api: BotApi, app: ScriptedApp) -> None:
        bot = {"id": 4242, "is_bot": True, "first_name": "光合助手"}
        joined = {
            "chat": {"id": -5, "type": "supergroup", "title": "群"},
            "from": {"id": CHAT, "is_bot": False, "first_name": "人"},
            "date": 1,
            "old_chat_member": {"status": "left", "user": bot},
            "new_chat_member": {"status": "member", "user": bot},
        }

        with polling(app):
            api.push({"my_chat_member": joined})
            (line,) = api.until_shown(1, chat=-5)

        assert "私聊" in line.text
