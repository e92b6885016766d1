"""Answers, messages and files as the API shows them."""

from bot.api.schemas import (
    Answer,
    AttachmentShown,
    ButtonShown,
    ChartShown,
    CitationShown,
    ConfirmShown,
    FileShown,
    MarkShown,
    MessageShown,
    SeriesShown,
)
from bot.messages import Outbound, outbound_from
from tools.kernel.agent_tool import Button, Speaker
from tools.kernel.charts import Chart
from tools.kernel.proposals import ProposalState
from tools.support.service import SentFile, StoredMessage, files_of

PREFIX = "/api/v1"


def answer(
    outbound: Outbound, *, message_id: int | None = None, state: ProposalState | None = None
) -> Answer:
    """Return an answer; files and pictures are addresses, which only their creator may open."""
    known = outbound.message_id or message_id
    charts_from = len(outbound.attachments)
    return Answer(
        message_id=known,
        text=outbound.text,
        citations=[
            CitationShown(policy=one.policy, clause=one.clause, title=one.title, quote=one.quote)
            for one in outbound.citations
        ],
        confirm=(
            ConfirmShown(id=outbound.confirm.id, summary=outbound.confirm.summary, state=state)
            if outbound.confirm
            else None
        ),
        buttons=[button(one) for one in outbound.buttons],
        attachments=[
            AttachmentShown(kind=one.kind, url=_attachment(known, place))
            for place, one in enumerate(outbound.attachments)
            if known is not None
        ],
        charts=[
            _chart(chart, _attachment(known, charts_from + place) if known is not None else None)
            for place, chart in enumerate(outbound.charts)
        ],
        case=outbound.case,
    )


def message(stored: StoredMessage, *, state: ProposalState | None, own_files: frozenset[int]) -> MessageShown:
    """Return one message of the log; `own_files` are the creator's files that are still there."""
    is_creators = stored.speaker is Speaker.CREATOR
    return MessageShown(
        sequence=stored.sequence,
        message_id=stored.id,
        speaker=stored.speaker,
        text=stored.text,
        at=stored.at,
        edited_at=stored.edited_at,
        deleted_at=stored.deleted_at,
        files=[_file(file, own_files) for file in files_of(stored)] if is_creators else [],
        answer=None
        if is_creators or stored.deleted_at
        else answer(outbound_from(stored.body), message_id=stored.id, state=state),
    )


def button(one: Button) -> ButtonShown:
    """Return a suggestion."""
    return ButtonShown(label=one.label, send=one.send)


def _file(file: SentFile, own_files: frozenset[int]) -> FileShown:
    url = f"{PREFIX}/uploads/{file.id}" if file.id in own_files else None
    return FileShown(kind=file.kind, name=file.name, size_bytes=file.size_bytes, url=url)


def _attachment(message_id: int | None, place: int) -> str:
    return f"{PREFIX}/attachments/{message_id}/{place}"


def _chart(chart: Chart, picture_url: str | None) -> ChartShown:
    return ChartShown(
        title=chart.title,
        labels=list(chart.labels),
        series=[
            SeriesShown(
                name=one.name,
                values=list(one.values),
                unit=one.unit,
                drawing=one.drawing,
                second_axis=one.second_axis,
            )
            for one in chart.series
        ],
        marks=[MarkShown(at=one.at, words=one.words) for one in chart.marks],
        note=chart.note,
        stacked=chart.stacked,
        picture_url=picture_url,
    )
