"""Which files the commands of original protection mean."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from tools.kernel.errors import OperatorError

_SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".flv", ".ts", ".mpg", ".mpeg", ".3gp", ".wmv", ".ogv"}
)
Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH…", help="Video files, and folders of them.", show_default=False)
]


def video_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files, those of folders by name of what videos are called."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES and one.is_file())
        if not inside:
            raise OperatorError(f"{path}: no video in this folder")
        found += inside
    return found


def without_same_stems(files: list[Path]) -> None:
    """Raise OperatorError where two files would mean the same original or work."""
    seen: dict[str, Path] = {}
    for path in files:
        if (other := seen.setdefault(path.stem, path)) != path:
            raise OperatorError(f"{path} and {other} would both be called {path.stem!r}; nothing was added")
