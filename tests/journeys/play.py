"""Play a transcript against the assistant. `python -m tests.journeys.play FILE…` writes down what it says now.

A transcript is Markdown that anybody can read and correct: `as: HANDLE`, then lines that begin with `> ` are what the
creator says, `> [确认]` and `> [取消]` press the buttons, and what follows is the answer as the terminal shows it.
Ids of proposals change with the conversation and the version of the text rules with every word added to them, so they
stand as `……`.
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
from bot.messages import Channel, Confirmation, Inbound, Outbound, Sender
from bot.settings import Settings
from tools.kernel.period import PLATFORM_ZONE

FOLDER = Path(__file__).parent
README = FOLDER.parent.parent / "README.md"
_IN_README = re.compile(r"(<!-- conversation: (\S+) -->\n).*?\n?(<!-- /conversation -->)", re.DOTALL)
_CHANGING = re.compile(r"(?<=待确认：)[0-9a-f]{16}|(?<=按规则版本 )[0-9a-f]{16}")


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
    proposal = ""
    for number, (said, _) in enumerate(journey.turns):
        answer: Outbound | None
        if said in {"[确认]", "[取消]"}:
            answer = app.assistant.confirm(
                Confirmation(
                    sender, proposal, accepted=said == "[确认]", at=app.clock(), thread=journey.thread
                )
            )
        else:
            inbound = Inbound(sender, key=f"{number}", text=said, at=app.clock(), thread=journey.thread)
            answer = app.assistant.reply(inbound)
        assert answer is not None
        proposal = answer.confirm.id if answer.confirm else proposal
        yield said, _CHANGING.sub("……", render(answer)).strip()


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
