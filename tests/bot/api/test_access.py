"""Who may call what, how often, and how a no looks."""

from datetime import timedelta
from typing import Any

import pytest

from bot.api.limits import LARGEST_BODY_BYTES, Buckets
from tests.bot.api.conftest import V1, Api, Caller
from tests.bot.channels.running_bot import ONE_DATABASE
from tools.creators import service as creators
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.support.api import tokens
from tools.support.api.scopes import Scope
from tools.support.api.tokens import CREATOR_RATE_PER_MINUTE


def problem(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - httpx's response, which has no types here
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("urn:guanghe:problem:")


class TestToken:
    def test_is_asked_for_by_the_platform_and_speaks_for_one_creator(self, api: Api) -> None:
        made = api.as_platform().post("/creator-tokens", {"creator": "@laotie", "seconds": 60})
        caller = Caller(api.client, {"Authorization": f"Bearer {made.json()['token']}"})

        caller.post("/messages", {"key": "1", "text": "你好"})
        ended = caller.delete("/creator-tokens/current")

        assert made.status_code == 201
        assert api.app.agent.turns[0].context.creator == api.laotie
        assert (ended.status_code, ended.content) == (204, b"")
        assert problem(caller.get("/messages")) == (401, "token-unknown")

    @pytest.mark.parametrize(
        "name", ["nobody", " ", "\u0000", "\ud800".encode("utf-8", "replace").decode(), "%"]
    )
    def test_is_of_a_creator_who_exists(self, api: Api, name: str) -> None:
        assert problem(api.as_platform().post("/creator-tokens", {"creator": name})) == (404, "not-found")

    def test_is_needed_and_of_the_right_sort(self, api: Api) -> None:
        creator, platform, nobody = api.as_creator(api.laotie), api.as_platform(), api.as_nobody()
        wrong = Caller(api.client, {"Authorization": "Bearer ghc_" + "x" * 43})

        missing = nobody.get("/messages")
        assert problem(missing) == (401, "token-missing")
        assert missing.headers["www-authenticate"] == "Bearer"
        assert problem(wrong.get("/messages")) == (401, "token-unknown")
        assert problem(platform.get("/messages")) == (401, "token-unknown")
        assert problem(creator.post("/creator-tokens", {"creator": "xinren"})) == (401, "token-unknown")
        assert problem(creator.post("/link-codes", {"creator": "xinren"})) == (401, "token-unknown")

    @pytest.mark.parametrize(("path", "scope"), [("/creator-tokens", Scope.ACT), ("/link-codes", Scope.LINK)])
    def test_does_only_what_its_scope_says(self, api: Api, path: str, scope: Scope) -> None:
        with api.app.database.writing() as session:
            others = set(Scope) - {scope}
            token = tokens.add_token(
                session, name="weak", scopes=others, rate_per_minute=100, now=api.app.clock()
            )

        answer = Caller(api.client, {"Authorization": f"Bearer {token}"}).post(path, {"creator": "laotie"})

        assert problem(answer) == (403, "scope-missing")
        assert token not in answer.text

    def test_ends_when_the_platforms_is_revoked(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        with api.app.database.writing() as session:
            tokens.revoke_token(session, name="app", now=api.app.clock())

        assert problem(caller.get("/messages")) == (401, "token-unknown")
        assert problem(api.as_platform().post("/link-codes", {"creator": "laotie"})) == (401, "token-unknown")


@ONE_DATABASE
class TestRate:
    def test_is_the_creators_however_many_tokens_there_are(self, api: Api) -> None:
        callers = [api.as_creator(api.laotie) for _ in range(2)]

        answers: list[Any] = []
        while not answers or (answers[-1].status_code == 200 and len(answers) < 3 * CREATOR_RATE_PER_MINUTE):
            answers.append(callers[len(answers) % 2].get("/messages", limit=1))
        other = api.as_creator(api.xinren).get("/messages")

        # A few more than a minute's worth pass: the bucket fills while the test runs.
        assert CREATOR_RATE_PER_MINUTE < len(answers) < 3 * CREATOR_RATE_PER_MINUTE
        assert problem(answers[-1]) == (429, "too-many")
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert other.status_code == 200


class TestBuckets:
    def test_fill_evenly_to_a_minutes_worth(self) -> None:
        buckets = Buckets()

        first = [buckets.take("a", per_minute=6, at=0) for _ in range(7)]
        later = [buckets.take("a", per_minute=6, at=at) for at in (5, 10, 10, 1_000)]
        full = [buckets.take("a", per_minute=6, at=2_000) for _ in range(7)]

        assert first == [0, 0, 0, 0, 0, 0, 10]
        assert later == [5, 0, 10, 0]
        assert full[-2:] == [0, 10]

    def test_do_not_grow_without_end(self) -> None:
        buckets = Buckets(most=3)

        for name in range(100):
            buckets.take(name, per_minute=1, at=0)

        assert [buckets.take(name, per_minute=1, at=0) for name in (99, 98, 97)] == [60, 60, 60]
        assert len(buckets) == 3


@ONE_DATABASE
class TestLimit:
    @pytest.mark.parametrize("chunked", [False, True])
    def test_of_a_body_holds_whatever_is_announced(self, api: Api, *, chunked: bool) -> None:
        body = b'{"key": "1", "text": "' + b"a" * LARGEST_BODY_BYTES + b'"}'
        content: Any = iter([body[:1000], body[1000:]]) if chunked else body
        headers = {**api.as_creator(api.laotie).headers, "Content-Type": "application/json"}

        answer = api.client.post(f"{V1}/messages", content=content, headers=headers)

        assert problem(answer) == (413, "too-large")

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"null", b'{"key": 1}', b"\xff", b'{"key":"1","text":' + b"[" * 30_000]
    )
    def test_of_a_shape_is_kept(self, api: Api, body: bytes) -> None:
        answer = api.as_creator(api.laotie).send("/messages", body, **{"Content-Type": "application/json"})

        assert problem(answer) in {(422, "invalid"), (400, "bad-request")}
        assert answer.json()["errors"] or answer.status_code == 400

    @pytest.mark.parametrize(
        "key", ["", "a" * 65, "a b", "answer:\n", "你好", "../1", "1;DROP TABLE message", None, 1]
    )
    def test_of_a_key_is_kept(self, api: Api, key: object) -> None:
        answer = api.as_creator(api.laotie).post("/messages", {"key": key, "text": "你好"})

        assert problem(answer) == (422, "invalid")


@ONE_DATABASE
class TestProblem:
    def test_is_the_same_shape_for_what_does_not_exist(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)

        assert problem(caller.get("/nothing")) == (404, "not-found")
        assert problem(caller.delete("/messages")) == (405, "method-unknown")

    def test_tells_nothing_of_a_fault(self, api: Api, caplog: pytest.LogCaptureFixture) -> None:
        api.app.agent.failures["坏"].append(RuntimeError("a secret of the server"))

        answer = api.as_creator(api.laotie).post("/messages", {"key": "1", "text": "坏"})

        assert problem(answer) == (500, "failed")
        assert "secret" not in answer.text
        assert "a request of the API failed" in caplog.text

    def test_does_not_repeat_what_was_sent(self, api: Api) -> None:
        answer = api.as_creator(api.laotie).post("/messages", {"key": "一个秘密", "text": "你好"})

        assert "秘密" not in answer.text


class TestLinkCode:
    def test_links_once(self, api: Api) -> None:
        made = api.as_platform().post("/link-codes", {"creator": "laotie"})

        with api.app.database.writing() as session:
            linked = creators.redeem_link_code(
                session, channel="telegram", address="7", code=made.json()["code"], now=api.app.clock()
            )

        assert made.status_code == 201
        assert isinstance(linked, creators.Account)
        assert linked.id == api.laotie


class TestNotices:
    def test_are_the_creators_own_newest_first(self, api: Api) -> None:
        now = api.app.clock()
        with api.app.database.writing() as session:
            for number, creator in enumerate((api.laotie, api.xinren, api.laotie)):
                notices.leave(
                    session,
                    creator_id=creator,
                    topic=next(iter(Topic)),
                    text=f"通知{number}",
                    dedupe_key=f"k{number}",
                    now=now + timedelta(seconds=number),
                )

        def told(caller: Caller, **query: int) -> list[str]:
            return [one["text"] for one in caller.get("/notices", **query).json()["notices"]]

        assert told(api.as_creator(api.laotie)) == ["通知2", "通知0"]
        assert told(api.as_creator(api.laotie), limit=1) == ["通知2"]
        assert told(api.as_creator(api.xinren)) == ["通知1"]


@ONE_DATABASE
class TestReference:
    def test_is_a_page_that_needs_nobody_else(self, api: Api) -> None:
        page = api.as_nobody().get("/docs")
        document = api.as_nobody().get("/openapi.json").json()

        assert page.status_code == 200
        assert "http://" not in page.text
        assert "https://" not in page.text
        assert "<script" not in page.text
        assert all(f"/api/v1{path}" in page.text for path in document["paths"])
        assert document["openapi"].startswith("3.1")
