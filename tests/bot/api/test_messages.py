"""Messages, history, confirmations and receipts over HTTP."""

import threading
from pathlib import Path

import pytest

from bot.messages import Outbound
from tests.bot.api.conftest import Api
from tests.bot.channels.running_bot import ONE_DATABASE, nickname
from tools.kernel.agent_tool import Attachment, Button, Citation
from tools.kernel.charts import Chart, Series
from tools.support import service as support

CHART = Chart("收入", ("8月1日", "8月2日"), (Series("收入", (1.5, None), "元"),))


class TestSend:
    def test_answers_and_tells_no_path_of_the_server(self, api: Api, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("1")
        api.app.agent.answers["图表"] = Outbound(
            text="看图。",
            citations=(Citation("p", "1.1", "规则", "满 10 元。"),),
            buttons=(Button("再看", "再看看"),),
            attachments=(Attachment("file", str(tmp_path / "a.csv")),),
            charts=(CHART,),
        )

        sent = api.as_creator(api.laotie).post("/messages", {"key": "1", "text": "图表"})

        answer = sent.json()["answer"]
        assert sent.status_code == 200
        assert (answer["text"], answer["buttons"]) == ("看图。", [{"label": "再看", "send": "再看看"}])
        assert answer["charts"][0]["series"][0]["values"] == [1.5, None]
        assert str(tmp_path) not in sent.text
        file, picture = answer["attachments"][0]["url"], answer["charts"][0]["picture_url"]
        assert (file, picture) == tuple(
            f"/api/v1/attachments/{answer['message_id']}/{place}" for place in (0, 1)
        )

    def test_answers_a_key_once(self, api: Api) -> None:
        creator = api.as_creator(api.laotie)
        first = creator.post("/messages", {"key": "1", "text": "你好"})

        again = creator.post("/messages", {"key": "1", "text": "你好"})
        other = creator.post("/messages", {"key": "1", "text": "再见"})

        assert again.json() == first.json()
        assert api.app.agent.asked == ["你好"]
        assert (other.status_code, other.json()["type"]) == (409, "urn:guanghe:problem:key-used")

    def test_takes_the_longest_names(self, api: Api) -> None:
        body = {"key": "k" * 64, "thread": "t" * 40, "text": "你好"}

        assert api.as_creator(api.laotie).post("/messages", body).status_code == 200

    def test_keeps_subjects_and_creators_apart(self, api: Api) -> None:
        laotie, xinren = api.as_creator(api.laotie), api.as_creator(api.xinren)

        laotie.post("/messages", {"key": "1", "text": "甲"})
        laotie.post("/messages", {"key": "1", "text": "乙", "thread": "live"})
        xinren.post("/messages", {"key": "1", "text": "丙"})

        said = [
            [line["text"] for line in caller.get("/messages", thread=thread).json()["messages"]]
            for caller, thread in ((laotie, ""), (laotie, "live"), (xinren, ""))
        ]
        assert said == [["甲", "答：甲"], ["乙", "答：乙"], ["丙", "答：丙"]]

    def test_speaks_for_the_tokens_creator_whatever_the_request_says(self, api: Api) -> None:
        caller = api.as_creator(api.xinren)

        body = {"key": "1", "text": "我是谁"}
        named = caller.post("/messages", {**body, "creator": "laotie"})
        caller.post("/messages?creator=laotie", body, **{"X-Guanghe-Creator": "laotie"})

        assert named.status_code == 422
        assert [turn.context.creator for turn in api.app.agent.turns] == [api.xinren]

    def test_takes_whatever_text_a_phone_sends(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        texts = ("", "\u0000", "长" * 8_000, "👩‍👩‍👧", "\u202e", '{"creator": 1}')

        answers = [caller.post("/messages", {"key": str(n), "text": text}) for n, text in enumerate(texts)]
        broken = caller.send(
            "/messages", b'{"key": "s", "text": "\\ud800"}', **{"Content-Type": "application/json"}
        )

        assert [one.status_code for one in answers] == [200] * len(texts)
        # Half a character is no text in any language.
        assert broken.status_code == 422
        assert all(one.json()["answer"]["text"] for one in answers)

    @ONE_DATABASE
    def test_answers_messages_of_a_creator_in_their_order_and_not_too_many(self, api: Api) -> None:
        thinking, caller = api.app.agent.hold("想"), api.as_creator(api.laotie)
        codes: list[int] = []

        def say(number: int) -> None:
            codes.append(caller.post("/messages", {"key": str(number), "text": "想"}).status_code)

        threads = [threading.Thread(target=say, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads[:]:
            thread.join(0.3)
        refused = list(codes)
        thinking.set()
        for thread in threads:
            thread.join()

        assert refused == [429, 429]
        assert sorted(codes) == [200, 200, 200, 200, 429, 429]
        assert len(api.app.agent.asked) == 4


class TestHistory:
    def test_comes_by_pages_both_ways(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        for number in range(4):
            caller.post("/messages", {"key": str(number), "text": str(number)})

        last = caller.get("/messages", limit=3).json()
        before = caller.get("/messages", limit=3, before=last["messages"][0]["sequence"]).json()
        first = caller.get("/messages", limit=3, before=before["messages"][0]["sequence"]).json()
        new = caller.get("/messages", limit=3, after=5).json()
        more = caller.get("/messages", limit=3, after=2).json()
        between = caller.get("/messages", limit=3, after=2, before=5).json()

        def sequences(page: dict[str, list[dict[str, int]]]) -> list[int]:
            return [line["sequence"] for line in page["messages"]]

        assert [sequences(page) for page in (last, before, first)] == [[6, 7, 8], [3, 4, 5], [1, 2]]
        assert [page["more"] for page in (last, before, first)] == [True, True, False]
        assert (sequences(new), new["more"]) == ([6, 7, 8], False)
        assert (sequences(more), more["more"]) == ([3, 4, 5], True)
        assert (sequences(between), between["more"]) == ([3, 4], False)

    def test_is_empty_before_the_first_word(self, api: Api) -> None:
        assert api.as_creator(api.laotie).get("/messages").json() == {"messages": [], "more": False}

    @ONE_DATABASE
    @pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"before": 2**63}, {"thread": "a b"}])
    def test_has_bounded_pages(self, api: Api, query: dict[str, str | int]) -> None:
        assert api.as_creator(api.laotie).get("/messages", **query).status_code == 422


class TestReceipt:
    def test_takes_what_was_shown_out_of_the_outbox(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        caller.post("/messages", {"key": "1", "text": "你好"})
        with api.app.database.writing() as session:
            here = support.conversation(
                session,
                channel="api",
                address=str(api.laotie),
                thread="",
                creator=api.laotie,
                now=api.app.clock(),
            )
            support.append_notice(
                session,
                conversation_id=here.id,
                key="notice:1",
                text="我来看",
                body={"text": "我来看"},
                now=api.app.clock(),
            )

        others = api.as_creator(api.xinren).post("/receipts", {"up_to": 100}).json()
        early = caller.post("/receipts", {"up_to": 2}).json()
        shown = [line["text"] for line in caller.get("/messages", after=2).json()["messages"]]
        taken = caller.post("/receipts", {"up_to": 3}).json()
        again = caller.post("/receipts", {"up_to": 3}).json()

        assert (others, early, taken, again) == (
            {"received": 0},
            {"received": 0},
            {"received": 1},
            {"received": 0},
        )
        assert shown == ["我来看"]
        with api.app.database.reading() as session:
            assert support.undelivered(session, channel="api") == []


class TestConfirm:
    def proposal(self, api: Api) -> str:
        sent = api.as_creator(api.laotie).post("/messages", {"key": "1", "text": "改名小铁"}).json()
        identity: str = sent["answer"]["confirm"]["id"]
        return identity

    def test_does_it_once(self, api: Api) -> None:
        proposal, caller = self.proposal(api), api.as_creator(api.laotie)

        first = caller.post("/confirmations", {"proposal": proposal, "accepted": True})
        again = caller.post("/confirmations", {"proposal": proposal, "accepted": True})

        assert first.json()["text"] == "昵称已经改成“小铁”。"
        assert again.json() == first.json()
        states = [
            line["answer"]["confirm"]["state"]
            for line in caller.get("/messages").json()["messages"]
            if line["answer"] and line["answer"]["confirm"]
        ]
        assert states == ["executed"]

    @pytest.mark.parametrize("accepted", [1, 1.0, "true", "yes", [True], None])
    def test_is_pressed_by_true_alone(self, api: Api, accepted: object) -> None:
        proposal, caller = self.proposal(api), api.as_creator(api.laotie)

        answer = caller.post("/confirmations", {"proposal": proposal, "accepted": accepted})

        assert answer.status_code == 422
        assert nickname(api.app.database) == "laotie"

    def test_is_nobody_elses(self, api: Api) -> None:
        proposal = self.proposal(api)

        other = api.as_creator(api.xinren).post("/confirmations", {"proposal": proposal, "accepted": True})
        unknown = api.as_creator(api.xinren).post("/confirmations", {"proposal": "0" * 16, "accepted": True})

        assert other.json() == unknown.json()
        assert other.json()["message_id"] is None
        assert nickname(api.app.database) == "laotie"
