"""Pages that need no script: words in HTML, the shared colours, nothing else."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"
TITLE = "光合助手"
_VOID = frozenset({"input", "img", "br"})


def style(*paths: Path) -> str:
    """Return the shared style and these files as one element of a page's head."""
    return (
        "<style>" + "\n".join(path.read_text("utf-8") for path in (STATIC / "theme.css", *paths)) + "</style>"
    )


def script(path: Path) -> str:
    """Return what charts need and this file as one element of a page."""
    return (
        "<script>" + "\n".join(one.read_text("utf-8") for one in (STATIC / "numbers.js", path)) + "</script>"
    )


def tag(name: str, text: str = "", /, *, inside: Iterable[str] = (), **attributes: str) -> str:
    """Return an element as HTML: `text` and the attributes are escaped, `inside` is HTML already.

    `_` in an attribute's name stands for `-`, one at its end for nothing.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    if name in _VOID:
        return f"<{name}{given}>"
    return f"<{name}{given}>{escape(text)}{''.join(inside)}</{name}>"


def plain_page(heading: str, inside: Iterable[str], *, status: int = 200) -> HTMLResponse:
    """Return a page with this title and these elements."""
    page = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(heading)} · {TITLE}</title>{style(STATIC / 'plain.css')}</head>"
        f'<body class="plain">{tag("main", inside=inside)}</body></html>'
    )
    return HTMLResponse(page, status_code=status)


def notice_page(words: str, *, status: int, link: tuple[str, str] = ("/", TITLE)) -> HTMLResponse:
    """Return a page that says one thing and leads on."""
    address, label = link
    return plain_page(
        words, [tag("p", words), tag("p", inside=[tag("a", label, href=address)])], status=status
    )
