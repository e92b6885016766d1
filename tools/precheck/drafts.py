"""What a creator wants to publish, and its fingerprint: the same draft is the same key."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from tools.kernel.db import Json
from tools.kernel.errors import Refusal
from tools.precheck.verdict import Part

_CHUNK = 1 << 20
_LABEL = re.compile(r"^(title|text):", re.MULTILINE)
# Far more than a caption holds; a longer text is refused before anything is done with it.
LONGEST_TEXT = 100_000
_KEPT = 2_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class DraftTooLong(Refusal):
    """The words are no title or caption."""

    template = "{part}有 {length:,} 个字，太长了。请控制在 {limit:,} 个字以内再检测。"


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A video or cover, named by its content; `upload_id` is None where an operator gave the path."""

    path: Path
    name: str
    sha256: str
    upload_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """Title, text, cover and video; each may be missing."""

    title: str = ""
    text: str = ""
    cover: DraftFile | None = None
    video: DraftFile | None = None

    def __post_init__(self) -> None:
        """Refuse words of a length that nobody publishes."""
        for part, words in (("标题", self.title), ("文案", self.text)):
            if len(words) > LONGEST_TEXT:
                raise DraftTooLong(part=part, length=len(words), limit=LONGEST_TEXT)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to judge."""
        return not (self.title.strip() or self.text.strip() or self.cover or self.video)

    @property
    def has_files(self) -> bool:
        """Whether a worker has to look at something."""
        return self.cover is not None or self.video is not None

    @property
    def files(self) -> dict[Part, DraftFile]:
        """The files by their part."""
        parts = ((Part.COVER, self.cover), (Part.VIDEO, self.video))
        return {part: file for part, file in parts if file is not None}

    def key(self, *, creator_id: int | None, rules_version: str) -> str:
        """Return the hash of the draft's content, whose it is and the rules it is judged by.

        Whose it is matters: one's own earlier work is no copy.
        """
        content = [
            creator_id,
            rules_version,
            self.title,
            self.text,
            self.cover and self.cover.sha256,
            self.video and self.video.sha256,
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def body(self) -> Json:
        """Return the draft as it is stored: the beginning of its words, and what its files are."""
        return {
            "title": storable(self.title[:_KEPT]),
            "text": storable(self.text[:_KEPT]),
            "cover": _file_body(self.cover),
            "video": _file_body(self.video),
        }


def draft_of(spoken: str) -> Draft:
    """Return the draft of the argument `draft`: `title:…`, `text:…`, both on lines of their own, or bare words."""
    before, *labelled = _LABEL.split(spoken.strip())
    title, text = "", before
    for label, words in zip(labelled[::2], labelled[1::2], strict=True):
        title, text = (title + words, text) if label == "title" else (title, text + words)
    return Draft(title=title.strip(), text=text.strip())


def as_typed(words: str, line: str) -> str:
    """Return the words as they stand in the creator's line, before they were made uniform; themselves where they do not.

    Places in the draft are then places in what the creator typed.
    """
    uniform, places = "", list[int]()
    for place, character in enumerate(line):
        if unicodedata.category(character)[0] == "C":
            continue
        alike = unicodedata.normalize("NFKC", character)
        uniform += alike
        places += [place] * len(alike)
    at = uniform.find(words) if words else -1
    return words if at < 0 else line[places[at] : places[at + len(words) - 1] + 1]


def storable(words: str) -> str:
    """Return the words with what no database takes, NUL and broken encodings, replaced one by one."""
    return _UNSTORABLE.sub("\ufffd", words)


def _file_body(file: DraftFile | None) -> Json | None:
    return {"name": file.name, "sha256": file.sha256, "upload_id": file.upload_id} if file else None


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()
