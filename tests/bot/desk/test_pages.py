"""The desk's pages over HTTP: who sees which, reports decided by reviewers, files of cases for people of the desk."""

import re
from datetime import timedelta

import pytest

from bot.messages import Outbound
from tests.bot.channels.running_web import CITIES, NOON
from tests.bot.desk.running_desk import PEOPLE, Chat, Client, form_field
from tests.calls import a_creator
from tests.tools.detection.conftest import People, a_work
from tests.tools.detection.reports.cases import Copied, reported
from tools.creators import service as creators
from tools.detection.reports import desk
from tools.kernel import uploads
from tools.kernel.db import Database
from tools.kernel.upload_files import Arrival
from tools.support import service as support
from tools.support import trail
from tools.support.trail import DeskAction

# What each role may open; the clerk of nobody may open nothing.
_CASES = {"xiaozhou", "zuzhang"}
_REVIEWERS = {"shenhe", "zuzhang"}
_FIGURES = {"guanli", "zuzhang"}


def case_file(store: Database, chat: Chat) -> int:
    """Let the creator send a picture, and return its number."""
    arrival = Arrival(store.files, name="证据.png", media_type="image/png", limit_bytes=1_000)
    arrival.write(b"\x89PNG\r\n\x1a\n" + chat.address.encode())
    received = arrival.finish()
    assert received is not None
    with store.writing() as session:
        (kept,) = uploads.attach(
            session,
            creator_id=chat.creator,
            conversation_id=chat.conversation,
            message_key="file",
            files=(received,),
            now=NOON,
        )
    return kept.id


def addresses(store: Database, chat: Chat) -> dict[str, set[str]]:
    """Return addresses of the desk with who may open each."""
    chat.say("粉丝都在哪", key="q")
    chat.answer(Outbound(text="看图。", charts=(CITIES,)), key="q")
    number = chat.escalate().number
    return {
        "/desk": _CASES,
        f"/desk?case={number}": _CASES,
        "/desk/search": _CASES,
        f"/desk/search?q={number}": _CASES,
        f"/desk/cases/{number}/uploads/{case_file(store, chat)}": _CASES,
        f"/desk/cases/{number}/attachments/2/0": _CASES,
        "/desk/reviews": _REVIEWERS,
        "/desk/figures": _FIGURES,
        "/desk/figures.csv": _FIGURES,
        "/desk/canned": {"zuzhang"},
        "/desk/trail": {"guanli"},
    }


class TestPages:
    def test_open_to_their_roles_alone(self, store: Database, chat: Chat, client: Client) -> None:
        allowed = addresses(store, chat)
        people = [login for login in PEOPLE if login != "xiaowu"]

        found = {
            address: {login for login in people if client(login).get(address).status_code == 200}
            for address in allowed
        }
        refused = {client(login).get("/desk/figures").status_code for login in ("xiaozhou", "shenhe")}

        assert found == allowed
        assert refused == {403}

    def test_send_nobody_to_the_sign_in(self, store: Database, chat: Chat, client: Client) -> None:
        answers = [client("").get(address) for address in addresses(store, chat)]

        assert {answer.status_code for answer in answers} == {303}
        assert all(answer.headers["location"].startswith("/desk/sign-in?next=") for answer in answers)

    def test_are_kept_by_no_cache(self, client: Client) -> None:
        pages = [
            client("zuzhang").get(path)
            for path in ("/desk", "/desk/search", "/desk/figures", "/desk/reviews")
        ]

        assert {page.headers["cache-control"] for page in pages} == {"no-store"}


class TestFiles:
    def test_of_a_case_are_shown_and_the_look_is_kept(
        self, store: Database, chat: Chat, client: Client
    ) -> None:
        number, upload_id = chat.escalate().number, case_file(store, chat)

        shown = client("xiaozhou").get(f"/desk/cases/{number}/uploads/{upload_id}")

        with store.reading() as session:
            newest = trail.events(session, case=number, limit=1)
        assert shown.content.startswith(b"\x89PNG")
        assert [(event.action, event.subject) for event in newest] == [(DeskAction.VIEW_FILE, "证据.png")]

    @pytest.mark.parametrize(
        "path",
        [
            "uploads/0",
            "uploads/-1",
            "uploads/999999",
            f"uploads/{2**63}",
            "attachments/1/0",
            "attachments/9/0",
        ],
    )
    def test_that_are_none_are_missing(self, chat: Chat, client: Client, path: str) -> None:
        chat.say("在吗", key="q")
        number = chat.escalate().number

        assert client("xiaozhou").get(f"/desk/cases/{number}/{path}").status_code == 404
        assert client("xiaozhou").get(f"/desk/cases/C999999/{path}").status_code == 404

    def test_of_another_creator_are_not_the_cases(self, store: Database, chat: Chat, client: Client) -> None:
        upload_id = case_file(store, chat)
        with store.writing() as session:
            other = creators.find_account(session, handle="xinren")
            assert other
        number = Chat(store, "x", other.id, _conversation_of(store, other.id)).escalate().number

        assert client("xiaozhou").get(f"/desk/cases/{number}/uploads/{upload_id}").status_code == 404


def _conversation_of(store: Database, creator: int) -> int:
    with store.writing() as session:
        return support.conversation(
            session, channel="web", address=f"of-{creator}", thread="", creator=creator, now=NOON
        ).id


class TestSearch:
    def test_finds_cases_by_what_was_said_and_leads_to_them(self, chat: Chat, client: Client) -> None:
        chat.say("我的<b>提现</b>少了 37 元", key="q")
        number = chat.escalate("钱不对").number

        page = client("xiaozhou").get("/desk/search", params={"q": "少了 37 元"}).text

        assert f'href="/desk?case={number}"' in page
        assert "&lt;b&gt;提现&lt;/b&gt;" in page
        assert "<b>提现</b>" not in page

    def test_says_when_nothing_is_found(self, client: Client) -> None:
        assert "没有找到" in client("xiaozhou").get("/desk/search", params={"q": "没有人说过的话"}).text


class TestFigures:
    def test_are_offered_as_csv_too(self, client: Client) -> None:
        page = client("zuzhang").get("/desk/figures", params={"days": "30"}).text
        csv = client("zuzhang").get("/desk/figures.csv", params={"days": "nonsense"})

        assert "最近 30 天" in page
        assert csv.text.splitlines()[0] == "\ufeffteam,agent,promise,count,met,share"
        assert csv.headers["content-disposition"] == 'attachment; filename="sla.csv"'


@pytest.fixture(scope="module")
def accused(store: Database) -> People:
    """Return an author and an impostor, with their works."""
    with store.writing() as session:
        author, impostor = a_creator(session, "yuanchuang"), a_creator(session, "fangmao")
        a_work(session, author, "3xaaa1", "爷爷留下的刨子", at=NOON - timedelta(days=9))
        a_work(session, impostor, "3xbbb1", "爷爷留下的刨子", at=NOON - timedelta(days=1))
    return People(author, impostor, {})


class TestReview:
    def test_of_a_report_is_decided_once_by_the_form(
        self, store: Database, accused: People, client: Client
    ) -> None:
        with store.writing() as session:
            number = reported(session, accused, at=NOON)
        reviewer, lead = client("shenhe"), client("zuzhang")
        page = reviewer.get(f"/desk/reviews/{number}").text
        fields = {"csrf": form_field(page, "csrf"), "decision": "uphold", "reason": "画面一致"}

        queue = reviewer.get("/desk/reviews").text
        first = reviewer.post(f"/desk/reviews/{number}", data=fields)
        theirs = {**fields, "csrf": form_field(lead.get(f"/desk/reviews/{number}").text, "csrf")}
        second = lead.post(f"/desk/reviews/{number}", data=theirs)

        assert (number in queue, "@yuanchuang" in page, "秘密的理由" in page) == (True, True, True)
        assert (first.status_code, "已判定成立" in first.text) == (200, True)
        assert (second.status_code, "什么都没有改动" in second.text) == (409, True)
        with store.reading() as session:
            steps = [(step["event"], step["by"]) for step in desk.case(session, number=number)["steps"]]
            assert steps[-1] == ("uphold", "reviewer shenhe")
            assert f"{number} uphold" in {event.subject for event in trail.events(session, limit=10)}

    def test_without_the_role_or_the_form_decides_nothing(
        self, store: Database, accused: People, client: Client
    ) -> None:
        with store.writing() as session:
            number = reported(
                session, accused, at=NOON, copied=Copied(url="https://www.kuaishou.com/short-video/y")
            )
        agents_csrf = form_field(client("xiaozhou").get("/desk/rules").text, "csrf")
        fields = {"csrf": agents_csrf, "decision": "reject", "reason": "不成立"}

        answers = [
            client("xiaozhou").post(f"/desk/reviews/{number}", data=fields),
            client("shenhe").post(f"/desk/reviews/{number}", data=fields),
            client("").post(f"/desk/reviews/{number}", data=fields),
        ]

        assert [answer.status_code for answer in answers] == [403, 403, 403]
        with store.reading() as session:
            assert desk.case(session, number=number)["state"] == "submitted"

    def test_of_none_is_missing(self, client: Client) -> None:
        assert client("shenhe").get("/desk/reviews/QQ20220815-9999").status_code == 404


class TestCanned:
    def test_is_written_by_leads_and_dropped_again(self, client: Client) -> None:
        lead = client("zuzhang")
        fields = {"csrf": form_field(lead.get("/desk/canned").text, "csrf"), "do": "save"}

        saved = lead.post("/desk/canned", data={**fields, "key": "hi", "title": "问候", "text": "你好 <b>"})
        empty = lead.post("/desk/canned", data={**fields, "key": "no", "title": "", "text": ""})
        dropped = lead.post("/desk/canned", data={**fields, "do": "drop", "key": "hi"})

        assert "你好 &lt;b&gt;" in saved.text
        assert empty.status_code == 409
        assert "你好" not in dropped.text

    def test_of_an_agent_changes_nothing(self, client: Client) -> None:
        csrf = form_field(client("xiaozhou").get("/desk/rules").text, "csrf")
        fields = {"csrf": csrf, "do": "save", "key": "x", "title": "x", "text": "x"}

        assert client("xiaozhou").post("/desk/canned", data=fields).status_code == 403
        assert client("zuzhang").post("/desk/canned", data=fields).status_code == 403


class TestTrail:
    def test_shows_who_saw_what_and_that_it_was_looked_at(
        self, store: Database, chat: Chat, client: Client
    ) -> None:
        number = chat.escalate().number
        client("zuzhang").get(f"/desk/cases/{number}/uploads/{case_file(store, chat)}")

        page = client("guanli").get("/desk/trail", params={"case": number}).text
        again = client("guanli").get("/desk/trail", params={"agent": "guanli"}).text

        assert "王组长</td><td>看文件</td>" in page
        assert number in page
        assert f"看操作记录</td><td></td><td>{number}" in again
        assert "王组长</td>" not in again

    def test_goes_back_page_by_page(self, store: Database, client: Client) -> None:
        with store.writing() as session:
            for place in range(60):
                trail.record(
                    session, agent=None, action=DeskAction.SEARCH, subject=f"第{place}次找", now=NOON
                )
        first = client("guanli").get("/desk/trail").text
        older = re.search(r"before=(\d+)", first)
        assert older

        second = client("guanli").get("/desk/trail", params={"before": older[1]}).text

        assert "第59次找" in first
        assert "第1次找" not in first
        assert "第1次找" in second

    @pytest.mark.parametrize(
        "query", ["case=x", "case=C9999999999999999999", "agent=nobody", "before=-1", "case=<script>"]
    )
    def test_takes_nothing_on_trust(self, client: Client, query: str) -> None:
        page = client("guanli").get(f"/desk/trail?{query}")

        assert page.status_code == 200
        assert "<script>" not in page.text
