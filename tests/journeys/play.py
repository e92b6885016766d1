"""Play a transcript against the assistant. `python -m tests.journeys.play FILE…` writes down what it says now.

A transcript is Markdown that anybody can read and correct: `as: HANDLE`, then lines that begin with `> ` are what the
creator says, `> [确认]` and `> [取消]` press the buttons of a proposal, `> ［满意］` one of the suggestions, and what follows is
the answer as the terminal shows it. `> (zhoumin) …` is said by a person of the desk, or done where it is 接手, 等创作者 or 结束;
what follows is what the creator then reads. Ids of proposals and numbers of cases change with the conversation and the
version of the text rules with every word added to them, so they stand as `……`.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

from bot.app import DEMO_DAY, App, prepare_app
from bot.channels.terminal_view import render
from bot.messages import Channel, Confirmation, Inbound, Outbound, Sender, outbound_from
from bot.settings import Settings
from tools.creators import service as creators
from tools.kernel.period import PLATFORM_ZONE
from tools.support import agents, desk, service, views

FOLDER = Path(__file__).parent
README = FOLDER.parent.parent / "README.md"
_IN_README = re.compile(r"(<!-- conversation: (\S+) -->\n).*?\n?(<!-- /conversation -->)", re.DOTALL)
_CHANGING = re.compile(
    r"(?<=待确认：)[0-9a-f]{16}|(?<=按规则版本 )[0-9a-f]{16}|(?<=工单 C)\d{6}|(?<=工单号 C)\d{6}"
)
_DESK = re.compile(r"\((?P<login>[a-z]+)\) (?P<deed>.+)", re.DOTALL)
_SILENT = "（1V1 客服在处理，助手不说话。）"
_UNSEEN = "（创作者看不到这一步。）"


@dataclass(frozen=True)
class Journey:
    """A transcript: its title and head as written, who speaks, and the turns (said, answered)."""

    head: str
    handle: str
    turns: tuple[tuple[str, str], ...]

    @property
    def thread(self) -> str:
        """A topic of its own, so that no transcript hears of another."""
        return self.head.splitlines()[0][:60]


def read(path: Path) -> Journey:
    """Return the transcript of a file."""
    head, *blocks = re.split(r"^> ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    handle = re.search(r"^as: (\w+)$", head, re.MULTILINE)
    assert handle is not None, f"{path.name}: no line `as: HANDLE`"
    turns = tuple(
        (said.strip(), answer.strip()) for said, _, answer in (block.partition("\n") for block in blocks)
    )
    return Journey(head, handle[1], turns)


def play(app: App, journey: Journey) -> Iterator[tuple[str, str]]:
    """Yield each turn with what the assistant answers now."""
    sender = Sender(Channel.TERMINAL, journey.handle)
    last = Outbound(text="")
    for number, (said, _) in enumerate(journey.turns):
        if desk_turn := _DESK.fullmatch(said):
            shown = list(_at_the_desk(app, journey, login=desk_turn["login"], deed=desk_turn["deed"]))
        elif said in {"[确认]", "[取消]"}:
            assert last.confirm is not None, f"nothing waits for {said}"
            pressed = Confirmation(
                sender, last.confirm.id, accepted=said == "[确认]", at=app.clock(), thread=journey.thread
            )
            shown = [app.assistant.confirm(pressed)]
        else:
            text = next((one.send for one in last.buttons if said == f"［{one.label}］"), said)
            inbound = Inbound(sender, key=f"{number}", text=text, at=app.clock(), thread=journey.thread)
            answer = app.assistant.reply(inbound)
            shown = [] if answer is None else [answer]
        # A proposal waits while other things are talked about.
        last = replace(shown[-1], confirm=shown[-1].confirm or last.confirm) if shown else last
        nothing = _UNSEEN if _DESK.fullmatch(said) else _SILENT
        yield said, _CHANGING.sub("……", "\n\n".join(map(render, shown)) or nothing).strip()


def _at_the_desk(app: App, journey: Journey, *, login: str, deed: str) -> Iterator[Outbound]:
    """Do what a person of the desk does in the journey's case; yield what the creator then reads."""
    with app.database.writing() as session:
        account = creators.find_account(session, handle=journey.handle)
        agent = agents.find_agent(session, login=login)
        assert account is not None
        assert agent is not None, f"nobody at the desk is called {login}"
        talk = service.conversation(
            session,
            channel=Channel.TERMINAL,
            address=journey.handle,
            thread=journey.thread,
            creator=account.id,
            now=app.clock(),
        ).id
        case = views.open_case_of(session, conversation_id=talk)
        assert case is not None, f"no case is open for {deed}"
        before = service.messages(session, conversation_id=talk, limit=1)[-1].sequence
        steps = {"接手": desk.take, "等创作者": desk.wait_for_creator, "结束": desk.resolve}
        if deed in steps:
            steps[deed](session, agent=agent, number=case.number, now=app.clock())
        else:
            desk.say(session, agent=agent, number=case.number, text=deed, key=deed[:20], now=app.clock())
        said = service.messages(session, conversation_id=talk)
    yield from (outbound_from(one.body) for one in said if one.sequence > before)


def written(journey: Journey, turns: list[tuple[str, str]]) -> str:
    """Return the transcript's file with these turns."""
    return journey.head + "\n".join(f"> {said}\n\n{answer}\n" for said, answer in turns)


def for_readme(journey: Journey) -> str:
    """Return the conversation as README shows it."""
    said = (f"**{journey.handle}** {asked}\n\n```text\n{answer}\n```" for asked, answer in journey.turns)
    return "\n\n".join(said)


def demo_app(home: Path, *, database_url: str = "") -> App:
    """Return the demo's App in a home of its own, at noon of the demo's day."""
    app, _ = prepare_app(Settings(home=home, database_url=database_url), demo=True)
    return replace(app, clock=lambda: datetime.combine(DEMO_DAY, time(12), PLATFORM_ZONE))


def main() -> None:
    """Rewrite the named transcripts, or all, and the one that README shows."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.md"))
    with tempfile.TemporaryDirectory() as home:
        app = demo_app(Path(home))
        for path in paths:
            journey = read(path)
            path.write_text(written(journey, list(play(app, journey))), encoding="utf-8")
        app.close()
    shown = README.read_text("utf-8")
    readme = _IN_README.sub(
        lambda found: f"{found[1]}{for_readme(read(README.parent / found[2]))}\n{found[3]}", shown
    )
    README.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
