"""1V1 cases over HTTP: called, read, given up, rated, called again; each by its own creator."""

import pytest

from tests.bot.api.conftest import Api
from tests.bot.channels.running_bot import ONE_DATABASE
from tools.support import agents, desk
from tools.support.agents import Agent, Role

PASSWORD = "a long password of the tests"


@pytest.fixture
def agent(api: Api) -> Agent:
    """Return an agent of the desk."""
    with api.app.database.writing() as session:
        return agents.add_agent(
            session, login="ming", name="小明", password=PASSWORD, roles={Role.AGENT}, now=api.app.clock()
        )


def resolve(api: Api, agent: Agent, number: str) -> None:
    now = api.app.clock()
    with api.app.database.writing() as session:
        desk.take(session, agent=agent, number=number, now=now)
        desk.say(session, agent=agent, number=number, text="我来看看", key="k1", now=now)
        desk.resolve(session, agent=agent, number=number, now=now)


class TestBegin:
    def test_calls_one_person_into_the_conversation(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)

        first = caller.post("/cases", {"reason": "提现没到账"})
        again = caller.post("/cases", {"reason": "别的"})

        case = first.json()
        assert first.status_code == 201
        assert (case["state"], case["reason"], case["people_before"]) == ("queued", "提现没到账", 0)
        assert case["number"] in case["words"]
        assert again.json() == case
        assert caller.get("/cases").json()["cases"] == [case]
        assert caller.get(f"/cases/{case['number']}").json() == case

    def test_says_how_many_wait_before(self, api: Api) -> None:
        api.as_creator(api.laotie).post("/cases", {"reason": "甲"})

        assert api.as_creator(api.xinren).post("/cases", {"reason": "甲"}).json()["people_before"] == 1


class TestCase:
    @pytest.mark.parametrize(
        ("path", "body"), [("cancellation", None), ("rating", {"stars": 5}), ("reopening", None)]
    )
    def test_is_nobody_elses(self, api: Api, path: str, body: object) -> None:
        owner, other = api.as_creator(api.laotie), api.as_creator(api.xinren)
        case = owner.post("/cases", {}).json()
        number = case["number"]

        answers = [other.get(f"/cases/{number}"), other.post(f"/cases/{number}/{path}", body)]
        unknown = [other.get("/cases/C000099"), other.post(f"/cases/C000099/{path}", body)]

        assert [one.status_code for one in answers] == [404, 404]
        assert [one.json() for one in answers] == [one.json() for one in unknown]
        assert owner.get(f"/cases/{number}").json() == case
        assert other.get("/cases").json() == {"cases": []}

    @pytest.mark.parametrize("stars", ["5", True, 4.5, None])
    def test_is_rated_by_a_whole_number_alone(self, api: Api, stars: object) -> None:
        caller = api.as_creator(api.laotie)
        number = caller.post("/cases", {}).json()["number"]

        assert caller.post(f"/cases/{number}/rating", {"stars": stars}).status_code == 422

    def test_holds_the_assistant_back_until_it_ends(self, api: Api, agent: Agent) -> None:
        caller, now = api.as_creator(api.laotie), api.app.clock()
        number = caller.post("/cases", {}).json()["number"]
        with api.app.database.writing() as session:
            desk.take(session, agent=agent, number=number, now=now)

        held = caller.post("/messages", {"key": "1", "text": "在吗"}).json()
        with api.app.database.writing() as session:
            desk.say(session, agent=agent, number=number, text="在的", key="k", now=now)
        lines = caller.get("/messages").json()["messages"]

        assert held == {"answer": None, "held_by_person": True}
        assert (lines[-1]["speaker"], lines[-1]["text"]) == ("agent", "在的")
        assert lines[-1]["answer"]["text"].endswith("在的")
        assert api.app.agent.asked == []

    def test_is_given_up_once(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        number = caller.post("/cases", {}).json()["number"]

        first = caller.post(f"/cases/{number}/cancellation")
        again = caller.post(f"/cases/{number}/cancellation")

        assert (first.status_code, first.json()["state"]) == (200, "resolved")
        assert (again.status_code, again.json()["type"]) == (409, "urn:guanghe:problem:refused")
        assert again.json()["detail"]

    def test_is_rated_once_after_a_person_resolved_it(self, api: Api, agent: Agent) -> None:
        caller = api.as_creator(api.laotie)
        number = caller.post("/cases", {}).json()["number"]
        early = caller.post(f"/cases/{number}/rating", {"stars": 5})
        resolve(api, agent, number)

        rated = caller.post(f"/cases/{number}/rating", {"stars": 4})
        again = caller.post(f"/cases/{number}/rating", {"stars": 1})

        assert (early.status_code, rated.status_code, again.status_code) == (409, 200, 409)
        assert caller.get(f"/cases/{number}").json()["rating"] == 4

    def test_is_opened_again(self, api: Api, agent: Agent) -> None:
        caller = api.as_creator(api.laotie)
        number = caller.post("/cases", {}).json()["number"]
        resolve(api, agent, number)

        opened = caller.post(f"/cases/{number}/reopening")

        assert (opened.status_code, opened.json()["state"]) == (200, "queued")

    @ONE_DATABASE
    @pytest.mark.parametrize("number", ["1", "C1", "c000001", "C" + "9" * 19, "C00000１", "..", "%00"])
    def test_has_a_number_of_one_form(self, api: Api, number: str) -> None:
        assert api.as_creator(api.laotie).get(f"/cases/{number}").status_code in {404, 422}

    @ONE_DATABASE
    @pytest.mark.parametrize("stars", [0, 6, "5; DROP TABLE", None, 4.5])
    def test_is_rated_in_whole_stars(self, api: Api, stars: object) -> None:
        caller = api.as_creator(api.laotie)
        number = caller.post("/cases", {}).json()["number"]

        assert caller.post(f"/cases/{number}/rating", {"stars": stars}).status_code == 422


class TestButton:
    def test_of_a_case_can_be_sent_twice(self, api: Api) -> None:
        caller = api.as_creator(api.laotie)
        number = caller.post("/cases", {}).json()["number"]
        body = {"key": "1", "text": f"取消工单 {number}"}

        first, again = caller.post("/messages", body), caller.post("/messages", body)

        assert (first.status_code, again.json()) == (200, first.json())
