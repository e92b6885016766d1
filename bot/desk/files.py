"""Files of cases and reports, for the people who handle them; each look is written into the trail."""

from datetime import datetime
from pathlib import Path

from fastapi import Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from bot.channels.web_log import SHOWN_TYPES
from bot.channels.web_plain import notice_page
from bot.desk.frame import NAME
from bot.desk.keys import Key
from bot.messages import outbound_from
from tools.detection.reports import desk as reports
from tools.kernel import uploads
from tools.kernel.agent_tool import Speaker
from tools.kernel.charts import Chart
from tools.kernel.errors import OperatorError
from tools.kernel.uploads import Upload
from tools.support import agents, desk_views, trail, views
from tools.support.agents import Agent, Right
from tools.support.trail import DeskAction

_LARGEST_ID = 2**63


def upload(key: Key, _agent: Agent, *, number: str, upload_id: int) -> Response:
    """Send a file that the creator of the case sent; any other looks exactly as if there was none."""

    def look(session: Session, agent: Agent, now: datetime) -> Upload | None:
        agents.require(session, agent=agent, right=Right.CASES)
        case = views.case(session, number=number)
        found = uploads.find(session, upload_id=upload_id, creator_id=case.creator_id)
        if found is not None:
            trail.record(
                session,
                agent=agent.id,
                action=DeskAction.VIEW_FILE,
                case=case.number,
                subject=found.name,
                now=now,
            )
        return found

    found = key.writing(look) if 0 < upload_id < _LARGEST_ID else None
    if found is None or not found.path.is_file():
        return _missing()
    shown = found.media_type in SHOWN_TYPES
    return FileResponse(
        found.path,
        media_type=found.media_type if shown else "application/octet-stream",
        filename=found.name,
        content_disposition_type="inline" if shown else "attachment",
        headers={"Cache-Control": "private, max-age=600"},
    )


def attachment(key: Key, _agent: Agent, *, number: str, sequence: int, index: int) -> Response:
    """Send a file or the picture of a chart that came with an answer in the case's conversation."""

    def look(session: Session, agent: Agent) -> Path | Chart | None:
        lines = desk_views.thread(session, agent=agent, number=number, before=sequence + 1, limit=1)
        line = next((one for one in lines if one.sequence == sequence), None)
        if line is None or line.speaker is Speaker.CREATOR or line.deleted_at is not None:
            return None
        outbound = outbound_from(line.body)
        things: list[Path | Chart] = [*(Path(one.path) for one in outbound.attachments), *outbound.charts]
        return things[index] if index < len(things) else None

    found = key.reading(look) if 0 < sequence < _LARGEST_ID and index >= 0 else None
    path = key.app.pictures.file_or_none(found) if isinstance(found, Chart) else found
    if path is None or not path.is_file():
        return _missing()
    return FileResponse(path, filename=path.name, content_disposition_type="inline")


def report_picture(key: Key, _agent: Agent, *, number: str) -> Response:
    """Send the pair of pictures that a machine compared for a report."""

    def look(session: Session, agent: Agent) -> str | None:
        agents.require(session, agent=agent, right=Right.REVIEW)
        return reports.case(session, number=number)["picture"]

    try:
        picture = key.reading(look)
    except OperatorError:
        picture = None
    path = Path(picture) if picture else None
    if path is None or not path.is_file():
        return _missing()
    return FileResponse(path, filename=path.name, content_disposition_type="inline")


def _missing() -> Response:
    return notice_page("没有这个文件。", status=404, link=("/desk", NAME))
