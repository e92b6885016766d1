"""What a machine says about a report: the one interface between reports and whatever compares videos."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy.orm import Session

from tools.kernel.db import Json

# Below this probability a "copy" is a question to a person.
CERTAIN_SCORE = 0.95


class Result(StrEnum):
    """What the comparison came to."""

    COPY = "copy"
    REVIEW = "review"
    CLEAR = "clear"

    @property
    def words(self) -> str:
        """The result as the reporter is told it."""
        return _WORDS[self]


_WORDS = {
    Result.COPY: "机器比对：两条画面是同一条",
    Result.REVIEW: "机器比对：有相似片段，交给审核员看",
    Result.CLEAR: "机器比对：没有找到相同的画面，交给审核员看",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the reported video that is a stretch of the original; seconds, half-open."""

    suspect_s: tuple[float, float]
    original_s: tuple[float, float]


@dataclass(frozen=True, slots=True)
class MachineVerdict:
    """A comparison's result; `score` is the probability that it is a copy, `picture` the path of frames side by side.

    `sent`: what was compared is a file that the reporter sent, not the work that he reports. `permitted` says why the
    account may show the original all the same.
    """

    result: Result
    score: float
    segments: tuple[Segment, ...] = ()
    mirrored: bool = False
    speed: float = 1.0
    picture: str | None = None
    sent: bool = False
    permitted: str | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the machine has no doubt that the pictures are the same."""
        return self.result is Result.COPY and self.score >= CERTAIN_SCORE

    @property
    def decides(self) -> bool:
        """Whether this upholds a report without a person; nothing that a machine says rejects one.

        A file that the reporter sent may be his own original: it proves nothing against the work.
        """
        return self.is_certain and not self.sent and self.permitted is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be compared: the original by its public id, the suspect by public id or link."""

    original: str
    suspect_work: str | None
    suspect_url: str | None


class Examiner(Protocol):
    """Compares an original with what was reported; None when there is nothing that it could look at."""

    def __call__(self, session: Session, comparison: Comparison, /) -> MachineVerdict | None:
        """Return the verdict."""
        ...


def unexamined(session: Session, comparison: Comparison) -> MachineVerdict | None:
    """Return no verdict: the report goes to the reviewers' queue."""
    del session, comparison


def body_of(verdict: MachineVerdict) -> Json:
    """Return the verdict as it is stored."""
    return {
        "result": verdict.result.value,
        "score": verdict.score,
        "segments": [
            {"suspect_s": list(segment.suspect_s), "original_s": list(segment.original_s)}
            for segment in verdict.segments
        ],
        "mirrored": verdict.mirrored,
        "speed": verdict.speed,
        "picture": verdict.picture,
        "sent": verdict.sent,
        "permitted": verdict.permitted,
    }


def verdict_from(body: Json) -> MachineVerdict:
    """Return the stored verdict."""
    return MachineVerdict(
        result=Result(body["result"]),
        score=body["score"],
        segments=tuple(
            Segment(_stretch(segment["suspect_s"]), _stretch(segment["original_s"]))
            for segment in body["segments"]
        ),
        mirrored=body["mirrored"],
        speed=body["speed"],
        picture=body["picture"],
        sent=body.get("sent", False),
        permitted=body.get("permitted"),
    )


def _stretch(ends: list[float]) -> tuple[float, float]:
    start, end = ends
    return (start, end)
