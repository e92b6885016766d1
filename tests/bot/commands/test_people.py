"""`guanghe agents` and `guanghe cases`, as operators and people of the desk meet them."""

from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from bot.app import App, open_app
from bot.commands.agents import agents_commands
from bot.commands.people import cases_commands
from bot.messages import Channel, Inbound, Sender
from bot.settings import Settings
from tools.kernel.errors import OperatorError, Refusal
from tools.support import demo, sign_in
from tools.support.sign_in import SignedIn

PASSWORD = "ein sehr langes"


@pytest.fixture
def app(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Yield a demo of the test's own, which the commands open too."""
    monkeypatch.setenv("GUANGHE_HOME", str(demo_settings.home))
    opened = open_app(demo_settings)
    yield opened
    opened.close()


def run(commands: typer.Typer, *arguments: str, given: str = "") -> str:
    done = CliRunner().invoke(commands, list(arguments), input=given)
    if isinstance(done.exception, OperatorError | Refusal):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def enters(app: App, login: str, password: str) -> bool:
    with app.database.writing() as session:
        found = sign_in.sign_in(session, login=login, password=password, address="10.0.0.1", now=app.clock())
    return isinstance(found, SignedIn)


class TestAgents:
    def test_are_added_listed_changed_and_disabled(self, app: App) -> None:
        added = ["add", "lili", "--name", "丽丽", "--role", "agent", "--role", "lead", "--skill", "live"]
        run(agents_commands, *added, "--stdin", given=f"{PASSWORD}\n")
        run(agents_commands, "shifts", "lili", "mon-wed@09:00-12:00", "mon@14:00-22:00")
        listed = run(agents_commands, "list")
        first = enters(app, "lili", PASSWORD)
        run(agents_commands, "password", "lili", "--stdin", given="another long one\n")
        second = [enters(app, "lili", PASSWORD), enters(app, "lili", "another long one")]
        run(agents_commands, "disable", "lili")
        disabled = enters(app, "lili", "another long one")
        run(agents_commands, "enable", "lili")

        assert (
            "lili  丽丽  agent,lead  live  客服组  active  mon@09:00-12:00 mon@14:00-22:00 tue@09:00-12:00"
            in listed
        )
        assert PASSWORD not in listed
        assert (first, second, disabled) == (True, [False, True], False)
        assert enters(app, "lili", "another long one")

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (("add", "xiaolin", "--name", "x", "--role", "agent"), "the login 'xiaolin' exists already"),
            (("add", "lili", "--name", "x", "--role", "boss"), "'boss' is none of agent, lead"),
            (("disable", "nobody"), "nobody has the login 'nobody'"),
            (("shifts", "xiaolin", "monday@9-10"), "'monday@9-10' is no shift"),
            (("shifts", "xiaolin", "mon@09:00-25:00"), "is no shift"),
            (("shifts", "xiaolin", "mon@09:61-10:00"), "'09:61' is no time of a day"),
            (("specialist", "nobody", "zhoumin"), "no creator has the handle 'nobody'"),
            (("specialist", "laotie", "nobody"), "nobody has the login 'nobody'"),
        ],
    )
    def test_name_what_is_wrong_in_one_line(self, app: App, arguments: tuple[str, ...], line: str) -> None:
        stdin = ("--stdin",) if arguments[0] == "add" else ()
        with pytest.raises(OperatorError, match=line.replace("'", "['\"]")):
            run(agents_commands, *arguments, *stdin, given=f"{PASSWORD}\n")

    def test_of_the_demo_are_six_and_their_password_is_known(self, app: App) -> None:
        listed = run(agents_commands, "list")

        assert len(listed.splitlines()) == len(demo.DEMO_LOGINS)
        assert enters(app, "laozhao", demo.DEMO_PASSWORD)


class TestCases:
    def asked(self, app: App, handle: str, text: str) -> str:
        inbound = Inbound(Sender(Channel.TERMINAL, handle), text, text, app.clock())
        answer = app.assistant.reply(inbound)
        assert answer is not None
        assert answer.case is not None
        return answer.case

    def test_go_from_the_queue_to_the_share_of_kept_promises(self, app: App) -> None:
        number = self.asked(app, "mingxing", "转人工")
        listed = run(cases_commands, "list")
        run(cases_commands, "take", number, "--as", "zhoumin")
        run(cases_commands, "reply", number, "我来看看", "--as", "zhoumin")
        shown = run(cases_commands, "show", number, "--as", "zhoumin")
        run(cases_commands, "resolve", number, "--as", "zhoumin")
        table = run(cases_commands, "sla", "--csv")

        assert f"{number}  queued  star  专员组  -" in listed
        assert "原因：创作者要求人工（转人工）" in shown
        assert "agent     （周敏）我来看看" in shown
        assert table.splitlines()[:3] == [
            "team,agent,promise,count,met,share",
            "专员组,zhoumin,first_reply,1,1,1.0000",
            "专员组,zhoumin,resolution,1,1,1.0000",
        ]

    def test_are_handled_by_known_people_with_the_right_only(self, app: App) -> None:
        number = self.asked(app, "laotie", "转人工")

        with pytest.raises(OperatorError, match="nobody has the login 'ghost'"):
            run(cases_commands, "take", number, "--as", "ghost")
        with pytest.raises(Refusal, match="没有这个权限"):
            run(cases_commands, "show", number, "--as", "shenhe")
        with pytest.raises(Refusal, match="没有找到工单"):
            run(cases_commands, "take", "C999999", "--as", "zhoumin")
        with pytest.raises(OperatorError, match="is not before"):
            run(cases_commands, "sla", "--since", "2022-08-02", "--until", "2022-08-01")
