"""A file that the person sent, as the page shows it: a picture small, anything else as a line."""

from bot.channels.web_elements import box, describe, words
from bot.channels.web_log import ShownFile
from bot.sent_files import size

_DELETED = " · 已到期删除"


def show_file(file: ShownFile, *, folder: str = "/uploads") -> None:
    """Add the file: a picture to look at, a line with the name and size to save, or only its name once it is gone.

    `folder` is where this reader may fetch it.
    """
    line = f"{file.kind.words} · {size(file.size_bytes)}{_DELETED if file.is_gone else ''}"
    if file.upload_id is None:
        with box("div", "sent-file"):
            _lines(file.name, line)
        return
    address = f"{folder}/{file.upload_id}"
    if not file.is_picture:
        with describe(box("a", "sent-file"), href=address, download=file.name):
            _lines(file.name, line)
        return
    link = describe(box("a", "sent-picture"), href=address, target="_blank", rel="noopener")
    with link:
        describe(box("img"), src=address, alt=f"{file.kind.words} {file.name}", loading="lazy")


def _lines(name: str, line: str) -> None:
    words("span", name, "file-name")
    words("span", line, "file-line")
