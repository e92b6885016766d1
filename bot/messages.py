"""Messages between people and the assistant: the same for every channel."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from tools.kernel.agent_tool import Attachment, Button, Citation
from tools.kernel.charts import Chart
from tools.kernel.db import Json
from tools.kernel.upload_files import ReceivedFile


class Channel(StrEnum):
    """Where a message comes from."""

    TERMINAL = "terminal"
    TELEGRAM = "telegram"
    WEB = "web"
    API = "api"


@dataclass(frozen=True, slots=True)
class Sender:
    """A person as the channel knows them; `address` is authenticated by the channel.

    In the terminal the address is the creator's handle: who can open the database may speak as anyone in it. In the API it
    is the creator's id: the token says whose.
    """

    channel: Channel
    address: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of a person. `key` names it for good: the same key is answered once.

    `uploads` are files that the channel has received whole; the channel discards what the assistant does not take.
    `name` is what the channel calls the message when its words are changed later.
    """

    sender: Sender
    key: str
    text: str
    at: datetime
    thread: str = ""
    uploads: tuple[ReceivedFile, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A press of a confirm or cancel button."""

    sender: Sender
    proposal: str
    accepted: bool
    at: datetime
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    """A change that waits for the person's button; `summary` says what would be done."""

    id: str
    tool: str
    summary: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool that was run for this answer, with the arguments it got."""

    tool: str
    args: Json


@dataclass(frozen=True, slots=True)
class Outbound:
    """One answer. `message_id` is its row in the log, None for an answer that is not kept.

    `charts` are data: each channel shows them in its own way, as pictures or to be looked into.
    """

    text: str
    calls: tuple[ToolUse, ...] = ()
    citations: tuple[Citation, ...] = ()
    confirm: Confirm | None = None
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    charts: tuple[Chart, ...] = ()
    case: str | None = None
    message_id: int | None = field(default=None, compare=False)


_outbound = TypeAdapter(Outbound)


def outbound_body(outbound: Outbound) -> Json:
    """Return the answer as JSON for the message log."""
    return _outbound.dump_python(outbound, mode="json", exclude={"message_id"})


def outbound_from(body: Json) -> Outbound:
    """Return the answer that `outbound_body` wrote."""
    return _outbound.validate_python(body)
