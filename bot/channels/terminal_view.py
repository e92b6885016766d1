"""An answer as a terminal shows it; the transcripts of tests/journeys are written this way too."""

from collections.abc import Iterator

from bot.messages import Outbound


def render(outbound: Outbound) -> str:
    """Return the answer's text, its sources and charts, what waits for a confirmation, and the suggestions."""
    return "\n".join(_lines(outbound))


def _lines(outbound: Outbound) -> Iterator[str]:
    yield outbound.text
    for mark, citation in enumerate(outbound.citations, start=1):
        yield f"  [{mark}]《{citation.title}》{citation.clause}（{citation.policy}）"
    for chart in outbound.charts:
        yield f"  图：{chart.title}"
    for attachment in outbound.attachments:
        yield f"  附件：{attachment.path}"
    if outbound.confirm is not None:
        yield f"  待确认：{outbound.confirm.id}"
    if outbound.buttons:
        yield "  " + " ".join(f"［{button.label}］" for button in outbound.buttons)
