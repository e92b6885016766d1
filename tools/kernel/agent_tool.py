"""What a tool is to the agent: a plain function over a Call that answers with a Reply or a Proposal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from knowledge.read import Clause
from knowledge.search import Policies
from tools.kernel.charts import Chart
from tools.kernel.db import Json
from tools.kernel.uploads import Upload


class Audience(StrEnum):
    """Who may use a tool."""

    CREATOR = "creator"  # a person whose messenger account is linked to a creator
    ANYONE = "anyone"


class Speaker(StrEnum):
    """Who said a line of a conversation."""

    CREATOR = "creator"
    ASSISTANT = "assistant"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation, as the people in it saw it."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause of a policy in force on the day asked; `quote` is the clause's own text, letter by letter."""

    policy: str
    clause: str
    title: str
    quote: str


def cite(clause: Clause) -> Citation:
    """Return the citation of a clause."""
    return Citation(policy=clause.policy, clause=clause.clause, title=clause.title, quote=clause.text)


@dataclass(frozen=True, slots=True)
class Button:
    """A suggestion: pressing it says `send`."""

    label: str
    send: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the answer; `kind` is image or file."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A tool's answer: words for the creator, and the same as facts that the words can be checked against."""

    text: str
    facts: Json = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    charts: tuple[Chart, ...] = ()
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that a tool would make: nothing happens until the creator's confirm button.

    `summary` is what the creator reads before pressing; `payload` is all that the tool's `commit` gets, checked
    now and checked again then.
    """

    summary: str
    payload: Json
    facts: Json = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """What a tool may rely on: given by the runtime, never by the model.

    `creator` is the linked creator's id or None; `turn` names the message being answered, the same on a retry;
    `transcript` is the conversation so far, oldest first, the message being answered last; `uploads` are the files of
    the newest message of this conversation that carried any, at most 24 hours old.
    """

    session: Session
    creator: int | None
    on: date
    now: datetime
    policies: Policies
    turn: str
    conversation_id: int
    transcript: tuple[Line, ...] = ()
    uploads: tuple[Upload, ...] = ()

    @property
    def creator_id(self) -> int:
        """The linked creator's id; only for tools whose audience is CREATOR."""
        assert self.creator is not None, "the toolbox lets only linked creators reach a creator's tool"
        return self.creator


@dataclass(frozen=True, slots=True)
class AgentTool:
    """A tool and what understanding needs to reach it.

    `run` is a function `(call, *, argument…) -> Reply | Proposal`; its name, docstring and annotations are the
    tool's name, description and schema to any model. `asks` are example questions in creators' own words, `nouns` and
    `actions` the words that point to it. A tool that returns proposals has `commit`, which does what was confirmed;
    `writes` marks the rare tool that stores something at once, because nobody could want it undone.
    """

    run: Callable[..., Reply | Proposal]
    asks: tuple[str, ...]
    nouns: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    audience: Audience = Audience.CREATOR
    commit: Callable[[Call, Mapping[str, object]], Reply] | None = None
    writes: bool = False

    @property
    def name(self) -> str:
        """The tool's name, fixed by DESIGN §4."""
        return self.run.__name__

    @property
    def description(self) -> str:
        """The function's docstring."""
        assert self.run.__doc__, f"{self.name} has no docstring"
        return self.run.__doc__
