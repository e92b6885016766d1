"""Measure retrieval on any corpus: BM25 alone, embeddings alone, and both as `search` fuses them."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import Embedding
from knowledge.fuse import fuse
from knowledge.lexicon import Lexicon, matter

FIRST = (1, 5, 10)


class MeasureError(ValueError):
    """A corpus or questions file is not in the form: `file:12: what is wrong`."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the rows of the corpus that answer it."""

    text: str
    relevant: NDArray[np.int64]


def measure_retrieval(*, corpus: Path, questions: Path, embedding: Embedding) -> dict[str, dict[str, float]]:
    """Measure how often an answer is among the first, and how long a question takes.

    The corpus has lines {"id", "text"}, the questions {"id", "text", "relevant": [id, …]}. Gives for "bm25", "dense"
    and "hybrid" "recall@1", "recall@5", "recall@10" (share of questions with a relevant passage among the first),
    "mrr" (mean of 1 / rank of the first relevant one) and "ms_per_query" (mean, one question at a time, encoding
    included). Raises MeasureError for a line that is not in the form.
    """
    passages = _read_corpus(corpus)
    asked = _read_questions(questions, rows={key: row for row, key in enumerate(passages)})
    texts = list(passages.values())
    lexicon = Lexicon(texts)
    vectors = embedding.encode(texts)

    def dense(text: str) -> NDArray[np.float32]:
        return vectors @ embedding.encode([text])[0]

    def hybrid(text: str) -> NDArray[np.float32]:
        return fuse(dense(text), lexicon.scores(matter(text)))

    return {
        "bm25": _measure(lexicon.scores, asked),
        "dense": _measure(dense, asked),
        "hybrid": _measure(hybrid, asked),
    }


def _measure(score: Callable[[str], NDArray[np.float32]], questions: Sequence[Question]) -> dict[str, float]:
    ranks: list[int] = []
    seconds = 0.0
    for question in questions:
        began = time.perf_counter()
        order = np.argsort(-score(question.text), kind="stable")
        seconds += time.perf_counter() - began
        ranks.append(int(np.nonzero(np.isin(order, question.relevant))[0][0]) + 1)
    found = np.array(ranks)
    recalls = {f"recall@{first}": float((found <= first).mean()) for first in FIRST}
    return recalls | {"mrr": float((1 / found).mean()), "ms_per_query": 1000 * seconds / len(found)}


def _read_corpus(path: Path) -> dict[str, str]:
    passages: dict[str, str] = {}
    for line, record in _records(path):
        key, text = _string(record, "id", path, line), _string(record, "text", path, line)
        if key in passages:
            raise MeasureError(f"{path.name}:{line}: id {key!r} was given before")
        passages[key] = text
    if not passages:
        raise MeasureError(f"{path.name}:1: the corpus is empty")
    return passages


def _read_questions(path: Path, *, rows: dict[str, int]) -> list[Question]:
    questions: list[Question] = []
    for line, record in _records(path):
        text, relevant = _string(record, "text", path, line), _ids(record, path, line)
        if unknown := [key for key in relevant if key not in rows]:
            raise MeasureError(f"{path.name}:{line}: relevant id {unknown[0]!r} is not in the corpus")
        questions.append(Question(text, np.array([rows[key] for key in relevant])))
    if not questions:
        raise MeasureError(f"{path.name}:1: there are no questions")
    return questions


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MeasureError(f"{path}: cannot be read: {error.strerror}") from error
    for line, text in enumerate(content.split(b"\n"), start=1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except ValueError as error:
            raise MeasureError(f"{path.name}:{line}: not a JSON object: {error}") from error
        if not isinstance(record, dict):
            raise MeasureError(f"{path.name}:{line}: not a JSON object")
        yield line, record


def _ids(record: dict[str, Any], path: Path, line: int) -> list[str]:
    ids: Any = record.get("relevant")
    if not isinstance(ids, list) or not ids:
        raise MeasureError(f"{path.name}:{line}: relevant is not a list of at least one id")
    return [str(key) for key in cast("list[object]", ids)]


def _string(record: dict[str, Any], name: str, path: Path, line: int) -> str:
    value: Any = record.get(name)
    if not isinstance(value, str) and (name != "id" or not isinstance(value, int)):
        raise MeasureError(f"{path.name}:{line}: {name} is missing or not a text")
    return str(value)
