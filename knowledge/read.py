"""Policy documents as people write them: Markdown with a front matter, one clause a line.

A reader that refuses is kinder than one that guesses: whatever does not fit the form is a `PolicyError` that names the
file and the line, because the people who write policies are not the ones who read stack traces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

PACKAGED_POLICIES = Path(__file__).parent / "policies"
NO_RULE = "no-rule"
NO_RULE_FILE = "no-rule.txt"

FILE_NAME = re.compile(r"(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\.v(?P<version>[1-9][0-9]{0,5})\.md")
FIELD = re.compile(r"(?P<name>[a-z_]+):(?:\s+(?P<value>\S.*?))?(?:\s+#.*)?\s*")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HEADING = re.compile(r"##[ \t]+(?P<number>[1-9][0-9]{0,3})[ \t]+(?P<name>\S.*)")
CLAUSE = re.compile(r"(?P<number>[1-9][0-9]{0,3}(?:\.[1-9][0-9]{0,3})+)[ \t]+(?P<text>\S.*)")
ASKED = re.compile(r"\?[ \t]+(?P<asked>\S.*)")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Audience(StrEnum):
    """Whom a policy binds."""

    EVERYONE = "everyone"
    CREATORS = "creators"
    AGENCIES = "agencies"


class Source(StrEnum):
    """Where a policy's facts come from: the articles, or an invented sample."""

    ARTICLE = "article"
    SAMPLE = "sample"


class PolicyError(ValueError):
    """A policy document is not in the form, or contradicts another one: `file.v1.md:12: what is wrong`."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One citable rule; `in_force_until` is exclusive, None means open.

    `asked` is how creators ask for it, in their own words: it helps to find the clause and is never shown.
    """

    policy: str
    version: int
    clause: str
    title: str
    heading: str
    text: str
    in_force_from: date
    in_force_until: date | None
    audience: Audience
    source: Source
    asked: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether the clause is in force on that day."""
        return self.in_force_from <= day and (self.in_force_until is None or day < self.in_force_until)

    @property
    def number(self) -> tuple[int, ...]:
        """The clause number as it sorts: 2.10 comes after 2.9."""
        return tuple(int(part) for part in self.clause.split("."))


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one policy document."""

    id: str
    version: int
    title: str
    in_force_from: date
    in_force_until: date | None
    audience: Audience
    source: Source
    clauses: tuple[Clause, ...]


def read_policies(folder: Path) -> tuple[Policy, ...]:
    """Every policy document of the folder, by id and version; versions of one id never overlap in time.

    README.md may stand beside them. One version exists once, because the file name spells id and version.
    Raises PolicyError for a missing or empty folder and for the first document that is wrong.
    """
    if not folder.is_dir():
        raise PolicyError(f"{folder}: no such folder of policies")
    paths = [path for path in folder.glob("*.md") if path.name != "README.md"]
    if not paths:
        raise PolicyError(f"{folder}: the folder holds no policy documents (<id>.v<version>.md)")
    policies = sorted((read_policy(path) for path in paths), key=lambda policy: (policy.id, policy.version))
    for earlier, later in pairwise(sorted(policies, key=lambda policy: (policy.id, policy.in_force_from))):
        _check_no_overlap(earlier, later, folder)
    return tuple(policies)


def read_unruled(folder: Path) -> Policy | None:
    """Read the folder's questions that no rule answers, one a line, as a document without text; None without the file.

    Lines that begin with # are comments. They help to see that there is no rule on a new question like them.
    """
    path = folder / NO_RULE_FILE
    if not path.is_file():
        return None
    asked = tuple(line for _, line in _Lines(path.name, _text(path)) if not line.startswith("#"))
    always = Clause(
        NO_RULE, 1, "0", "", "", "", date.min, None, Audience.EVERYONE, Source.SAMPLE, asked=asked
    )
    return Policy(NO_RULE, 1, "", date.min, None, Audience.EVERYONE, Source.SAMPLE, (always,))


def read_policy(path: Path) -> Policy:
    """Read one document.

    Raises PolicyError, naming file and line, for anything that is not in the form.
    """
    name = FILE_NAME.fullmatch(path.name)
    if name is None:
        raise PolicyError(
            f"{path.name}:1: a policy's file is named <id>.v<version>.md, as in guanghe-plan.v1.md"
        )
    lines = _Lines(path.name, _text(path))
    if name["id"] == NO_RULE:
        lines.fail(1, f"the id {NO_RULE} is kept for the questions of {NO_RULE_FILE}")
    header = _Header.read(lines)
    header.check_name(policy_id=name["id"], version=int(name["version"]))
    policy = Policy(
        id=name["id"],
        version=int(name["version"]),
        title=header.text("title"),
        in_force_from=header.day("in_force_from"),
        in_force_until=header.end(),
        audience=Audience(header.choice("audience", [str(item) for item in Audience])),
        source=Source(header.choice("source", [str(item) for item in Source])),
        clauses=(),
    )
    clauses = tuple(_clauses(policy, lines))
    if not clauses:
        lines.fail(len(lines.lines), "the document has no clause")
    return replace(policy, clauses=clauses)


def _check_no_overlap(earlier: Policy, later: Policy, folder: Path) -> None:
    if earlier.id != later.id:
        return
    if earlier.in_force_until is not None and earlier.in_force_until <= later.in_force_from:
        return
    name = f"{later.id}.v{later.version}.md"
    header = _Header.read(_Lines(name, _text(folder / name)))
    until = "with no end" if earlier.in_force_until is None else f"until {earlier.in_force_until}"
    header.fail(
        "in_force_from",
        f"version {later.version} begins on {later.in_force_from} while version {earlier.version} "
        f"is in force from {earlier.in_force_from} {until}",
    )


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path.name}:1: cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"{path.name}:{line}: the file is not UTF-8") from error


@dataclass(slots=True)
class _Lines:
    """The lines of a document with their numbers; `next` is the index of the first unread one."""

    file: str
    content: str
    next: int = 0
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        # Not splitlines: it also parts at characters that no editor counts as a line.
        self.lines = [line.rstrip() for line in self.content.replace("\r\n", "\n").split("\n")]

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Each unread line that is not blank, with its number from 1."""
        while self.next < len(self.lines):
            line = self.lines[self.next]
            self.next += 1
            if CONTROL.search(line):
                self.fail(self.next, "the line holds a control character")
            if line:
                yield self.next, line

    def fail(self, line: int, what: str) -> NoReturn:
        raise PolicyError(f"{self.file}:{line}: {what}")


FIELDS = ("id", "title", "version", "in_force_from", "in_force_until", "audience", "source")


@dataclass(frozen=True, slots=True)
class _Header:
    """The front matter: each field's text and line."""

    lines: _Lines
    fields: dict[str, tuple[int, str]]

    @classmethod
    def read(cls, lines: _Lines) -> "_Header":
        """Read up to the closing `---`: every field once, and no other."""
        fields: dict[str, tuple[int, str]] = {}
        unread = iter(lines)
        if next(unread, (0, ""))[1] != "---":
            lines.fail(1, "the document begins with a front matter between two lines of ---")
        for number, line in unread:
            if line == "---":
                break
            match = FIELD.fullmatch(line)
            if match is None or match["name"] not in FIELDS:
                lines.fail(
                    number, f"the front matter has the fields {', '.join(FIELDS)}; this line is none of them"
                )
            if match["name"] in fields:
                lines.fail(number, f"{match['name']} is given twice")
            fields[match["name"]] = (number, _unquoted(match["value"] or ""))
        else:
            lines.fail(len(lines.lines), "the front matter is not closed by a line of ---")
        if missing := [name for name in FIELDS if name not in fields]:
            lines.fail(lines.next, f"the front matter lacks {', '.join(missing)}")
        return cls(lines, fields)

    def text(self, name: str) -> str:
        """Give the field's words, which are not empty."""
        return self.fields[name][1] or self.fail(name, f"{name} is empty")

    def day(self, name: str) -> date:
        """Read the field as a day written 2022-07-21."""
        text = self.text(name)
        try:
            # fromisoformat also takes 20220721 and 2022-W29-4, which nobody shall have to read.
            return date.fromisoformat(text if DAY.fullmatch(text) else "")
        except ValueError:
            self.fail(name, f"{name} is {text!r}, not a day such as 2022-07-21")

    def end(self) -> date | None:
        """Read the day on which the policy ends (exclusive); null is open."""
        if self.text("in_force_until") == "null":
            return None
        start, end = self.day("in_force_from"), self.day("in_force_until")
        if end <= start:
            self.fail("in_force_until", f"in_force_until {end} is not after in_force_from {start}")
        return end

    def choice(self, name: str, allowed: list[str]) -> str:
        """Read the field as one of the allowed words."""
        if self.text(name) not in allowed:
            self.fail(name, f"{name} is {self.text(name)!r}, not one of {', '.join(allowed)}")
        return self.text(name)

    def check_name(self, *, policy_id: str, version: int) -> None:
        """Make sure that the file's name says the same as its front matter."""
        if self.text("id") != policy_id:
            self.fail("id", f"id is {self.text('id')!r} but the file is named {policy_id!r}")
        if self.text("version") != str(version):
            self.fail("version", f"version is {self.text('version')!r} but the file is named v{version}")

    def fail(self, name: str, what: str) -> NoReturn:
        self.lines.fail(self.fields[name][0], what)


def _clauses(policy: Policy, lines: _Lines) -> Iterator[Clause]:
    """Read the clauses of the document's body, in order."""
    unread = iter(lines)
    if next(unread, (0, ""))[1] != f"# {policy.title}":
        lines.fail(lines.next, f"the first line after the front matter is the title: # {policy.title}")
    section, heading, clause = 0, "", None
    for line, text in unread:
        if match := HEADING.fullmatch(text):
            if int(match["number"]) <= section:
                lines.fail(line, f"heading {match['number']} comes after heading {section}")
            section, heading = int(match["number"]), match["name"]
            continue
        if match := ASKED.fullmatch(text):
            if clause is None or clause.number[0] != section:
                lines.fail(line, "a line of questions (? …) comes after the clause that answers them")
            clause = replace(clause, asked=(*clause.asked, *_asked(match["asked"], line, lines)))
            continue
        match = CLAUSE.fullmatch(text)
        if match is None:
            lines.fail(
                line,
                "neither a heading (## 1 name), nor a clause on one line (1.1 text), nor questions (? …)",
            )
        if clause is not None:
            yield clause
        _check_number(match["number"], section=section, before=clause, line=line, lines=lines)
        clause = Clause(
            policy=policy.id,
            version=policy.version,
            clause=match["number"],
            title=policy.title,
            heading=heading,
            text=match["text"],
            in_force_from=policy.in_force_from,
            in_force_until=policy.in_force_until,
            audience=policy.audience,
            source=policy.source,
        )
    if clause is not None:
        yield clause


def _check_number(number: str, *, section: int, before: Clause | None, line: int, lines: _Lines) -> None:
    """Make sure that the clause stands under its heading, after the clause before it."""
    parts = tuple(map(int, number.split(".")))
    if parts[0] != section:
        lines.fail(line, f"clause {number} stands under heading {section or 'none'}")
    if before is not None and parts <= before.number:
        lines.fail(line, f"clause {number} comes after clause {before.clause}")


def _asked(text: str, line: int, lines: _Lines) -> list[str]:
    """Part a line of questions at its bars."""
    parts = [part.strip() for part in text.split("|")]
    if not all(parts):
        lines.fail(line, "there is no question on one side of a bar")
    return parts


def _unquoted(value: str) -> str:
    """Take off a pair of quotes, which YAML allows and people write."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].strip()
    return value
