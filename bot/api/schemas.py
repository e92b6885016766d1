"""The shapes of the API: what goes in is bounded, what comes out names no file of the server."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

from bot.sent_files import MOST_FILES
from tools.kernel.agent_tool import Speaker
from tools.kernel.charts import Drawing
from tools.kernel.proposals import ProposalState
from tools.kernel.upload_kinds import UploadKind
from tools.support.states import CaseState

LARGEST_ID = 2**63 - 1
# The assistant itself answers a text above its own limit; this one only bounds what is read at all.
_LONGEST_TEXT = 8_000
_EXAMPLE_KEY = "4f9c2d51-7c4b-4d0e-9a57-7a1f5ad0d7a3"

# Every moment leaves in UTC, whichever zone the platform's clock shows.
Moment = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]
Thread = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,40}$"),
    Field(description="One of the creator's subjects, kept apart; empty: the only one"),
]
Key = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$"),
    Field(
        description="The app's own name for the message: the same key again returns the same answer",
        examples=[_EXAMPLE_KEY],
    ),
]
Number = Annotated[str, StringConstraints(pattern=r"^C[0-9]{6,18}$"), Field(examples=["C000001"])]
Place = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def _written_as_number(value: object) -> object:
    if isinstance(value, (bool, str)):
        # pydantic tells the caller from a ValueError.
        raise ValueError("must be a number")  # noqa: TRY004 - as above
    return value


# A body says what it means: "5" and true are no numbers, though 5.0 is JSON's 5.
_AS_WRITTEN = BeforeValidator(_written_as_number)


class Given(BaseModel):
    """What a request brings: a field that nobody knows is a mistake and said so."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageAsked(Given):
    """Which part of a conversation."""

    thread: Thread = ""
    before: Annotated[Place | None, Field(description="Messages before this `sequence`")] = None
    after: Annotated[
        Annotated[int, Field(ge=0, le=LARGEST_ID)] | None,
        Field(description="Messages after this `sequence`: what is new"),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ListAsked(Given):
    """How many, the newest first."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20


class NewMessage(Given):
    """What the creator says."""

    key: Key
    text: Annotated[str, Field(max_length=_LONGEST_TEXT, examples=["光合计划要多少粉丝才能参加"])] = ""
    thread: Thread = ""
    uploads: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]],
        Field(max_length=MOST_FILES, description="Names that `POST /uploads` gave"),
    ] = []


class Decision(Given):
    """A press of the confirm or cancel button."""

    proposal: Annotated[
        str, StringConstraints(pattern=r"^[0-9a-f]{16}$"), Field(description="`confirm.id` of an answer")
    ]
    # 1.0 and "yes" press no button.
    accepted: StrictBool
    thread: Thread = ""


class Receipt(Given):
    """Up to where the app has shown the conversation."""

    up_to: Annotated[Place, Field(description="`sequence` of the last message shown"), _AS_WRITTEN]
    thread: Thread = ""


class NewCase(Given):
    """The wish for a person."""

    reason: Annotated[
        str, Field(max_length=200, description="What it is about, in the creator's own words")
    ] = ""
    thread: Thread = ""


class Rating(Given):
    """How the creator found the service."""

    stars: Annotated[int, Field(ge=1, le=5), _AS_WRITTEN]


class CreatorNamed(Given):
    """A creator by the platform's own handle."""

    creator: Annotated[
        str, Field(min_length=1, max_length=40, description="The creator's handle", examples=["laotie"])
    ]


class NewCreatorToken(CreatorNamed):
    """Who the token shall speak for, and for how long."""

    seconds: Annotated[int, Field(ge=60, le=3_600, description="Until it expires"), _AS_WRITTEN] = 900


class CreatorTokenMade(BaseModel):
    """A token that speaks for one creator; it is shown this one time."""

    token: str
    expires_at: Moment


class LinkCodeMade(BaseModel):
    """A one-time code that links a messenger to the creator."""

    code: str
    expires_at: Moment


class CitationShown(BaseModel):
    """A clause of a policy, letter by letter."""

    policy: str
    clause: str
    title: str
    quote: str


class ButtonShown(BaseModel):
    """A suggestion: pressing it says `send`."""

    label: str
    send: str


class ConfirmShown(BaseModel):
    """A change that waits for the creator's button."""

    id: str
    summary: str
    state: ProposalState | None = Field(description="What became of it; null right after the answer")


class AttachmentShown(BaseModel):
    """A file that came with an answer."""

    kind: str = Field(description="`image` or `file`")
    url: str


class SeriesShown(BaseModel):
    """One series of a chart, a value for each label, null where there is none."""

    name: str
    values: list[float | None]
    unit: str
    drawing: Drawing
    second_axis: bool


class MarkShown(BaseModel):
    """Words at one label, counted from 0."""

    at: int
    words: str


class ChartShown(BaseModel):
    """A chart as data, to be drawn by the app, and its picture."""

    title: str
    labels: list[str]
    series: list[SeriesShown]
    marks: list[MarkShown]
    note: str
    stacked: bool
    picture_url: str | None


class Answer(BaseModel):
    """What the assistant, or a person, says."""

    message_id: int | None = Field(
        description="Null for an answer that is not kept, such as a refused confirmation"
    )
    text: str
    citations: list[CitationShown]
    confirm: ConfirmShown | None
    buttons: list[ButtonShown]
    attachments: list[AttachmentShown]
    charts: list[ChartShown]
    case: str | None = Field(description="The number of the 1V1 case that it opened")


class Answered(BaseModel):
    """The answer to a message; null while a person holds the conversation, who will answer later."""

    answer: Answer | None
    held_by_person: bool


class FileShown(BaseModel):
    """A file that the creator sent; `url` is null once it was deleted with age."""

    kind: UploadKind
    name: str
    size_bytes: int
    url: str | None


class MessageShown(BaseModel):
    """One message of the log; `answer` is its whole content when somebody answered."""

    sequence: int
    message_id: int
    speaker: Speaker
    text: str
    at: Moment
    edited_at: Moment | None
    deleted_at: Moment | None
    files: list[FileShown]
    answer: Answer | None


class History(BaseModel):
    """Messages, oldest first; `more` says that there are others the way that was asked."""

    messages: list[MessageShown]
    more: bool


class Received(BaseModel):
    """How many messages left the outbox."""

    received: int


class UploadTaken(BaseModel):
    """A file that a message may now name."""

    id: str
    name: str


class CaseShown(BaseModel):
    """A 1V1 case."""

    number: str
    state: CaseState
    words: str = Field(description="How it stands, as the creator reads it")
    reason: str
    opened_at: Moment
    resolved_at: Moment | None
    people_before: int | None = Field(description="How many wait in front; null when it does not wait")
    rating: int | None


class Cases(BaseModel):
    """The creator's cases, newest first."""

    cases: list[CaseShown]


class NoticeShown(BaseModel):
    """Words that the platform left for the creator."""

    id: int
    topic: str
    text: str
    at: Moment
    buttons: list[ButtonShown]


class Notices(BaseModel):
    """The creator's newest notices, newest first."""

    notices: list[NoticeShown]
