"""Our policies, asked as creators ask: what is found, what is refused, how fast; beside BM25, embeddings, LangChain."""

import json
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from bot.measures.figure import Figure, figure
from bot.measures.retrieval_peers import EnsemblePeer
from knowledge.embed import Embedding, load_embedding
from knowledge.ingest import ingest
from knowledge.lexicon import Lexicon
from knowledge.read import PACKAGED_POLICIES, Clause, read_policies
from knowledge.search import Policies
from knowledge.vectors import PolicyStore, StoredClauses, indexed_text
from tools.policies.answer import NOTHING_BELOW

QUESTIONS = Path(__file__).parents[2] / "knowledge" / "questions"
_ON = date(2022, 8, 15)
_FIRST = (1, 5)
_FOUND = 10
_SIZES = (10_000, 50_000)
_TIMED = 60

# What issue 3 asks for: shares of the questions of knowledge/questions/test.jsonl.
_ASKED = {"recall@1": 0.90, "recall@5": 0.98, "no_rule_recognised": 0.95, "false_refusals": 0.03}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the day it is about, and the clauses that answer it (policy/clause); none where no rule does."""

    text: str
    on: date
    relevant: frozenset[str]


def measure_retrieval_of_policies() -> Iterator[Figure]:
    """Yield the figures of the test questions, each beside its aim or a peer, then of generated libraries."""
    embedding = load_embedding(None)
    questions = read_asked(QUESTIONS / "test.jsonl")
    with _policies(embedding) as policies:
        yield from _ours(policies, questions)
        ruled = [question for question in questions if question.relevant and question.on == _ON]
        clauses = policies.clauses(on=_ON)
        yield from _peers(policies, clauses, ruled, embedding)
    yield from _large(embedding, [question.text for question in questions[:_TIMED]])


def read_asked(path: Path) -> list[Asked]:
    """Read questions, JSON lines {"text", "relevant": [policy/clause, …], "on": day}."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        Asked(line["text"], date.fromisoformat(line.get("on", _ON.isoformat())), frozenset(line["relevant"]))
        for line in lines
    ]


def _ours(policies: Policies, questions: Sequence[Asked]) -> Iterator[Figure]:
    ranks: list[int] = []
    refused: dict[bool, list[bool]] = {True: [], False: []}
    for question in questions:
        found = policies.search(question.text, on=question.on, limit=_FOUND)
        has_rule = bool(question.relevant)
        refused[has_rule].append(not found or found[0].score < NOTHING_BELOW)
        if has_rule:
            ranks.append(_rank([_key(passage.clause) for passage in found], question.relevant))
    for first in _FIRST:
        name = f"recall@{first}"
        share = float((np.array(ranks) <= first).mean())
        yield figure(f"policies {name}", share, unit="", limit=_ASKED[name], n=len(ranks))
    for name, has_rule in (("no_rule_recognised", False), ("false_refusals", True)):
        share = float(np.mean(refused[has_rule]))
        yield figure(f"policies {name}", share, unit="", limit=_ASKED[name], n=len(refused[has_rule]))


def _peers(
    policies: Policies, clauses: Sequence[Clause], questions: Sequence[Asked], embedding: Embedding
) -> Iterator[Figure]:
    """Yield recall and time of ours and of each peer over the same clauses and questions; limits are ours."""
    keys = [_key(clause) for clause in clauses]
    texts = [indexed_text(clause) for clause in clauses]
    lexicon, vectors = Lexicon(texts), embedding.encode(texts)
    with tempfile.TemporaryDirectory() as folder:
        ensemble = EnsemblePeer(texts, embedding=embedding, folder=Path(folder), first=_FOUND)
        ways: dict[str, Callable[[str], Sequence[str]]] = {
            "ours": lambda text: [
                _key(passage.clause) for passage in policies.search(text, on=_ON, limit=_FOUND)
            ],
            "bm25 only": lambda text: _best(keys, lexicon.scores(text)),
            "dense only": lambda text: _best(keys, vectors @ embedding.encode([text])[0]),
            "langchain": lambda text: [keys[row] for row in ensemble.search(text)],
        }
        measured = {name: _measured(way, questions) for name, way in ways.items()}
    ours = measured["ours"]
    for name, values in measured.items():
        for what, value in values.items():
            unit = "ms" if what == "a query" else ""
            yield figure(f"{name} {what}", value, unit=unit, limit=ours[what], n=len(questions))


def _measured(way: Callable[[str], Sequence[str]], questions: Sequence[Asked]) -> dict[str, float]:
    way(questions[0].text)
    ranks: list[int] = []
    seconds: list[float] = []
    for question in questions:
        began = time.perf_counter()
        found = way(question.text)
        seconds.append(time.perf_counter() - began)
        ranks.append(_rank(found, question.relevant))
    recalls = {f"recall@{first}": float((np.array(ranks) <= first).mean()) for first in _FIRST}
    return recalls | {"a query": 1000 * float(np.median(seconds))}


def _large(embedding: Embedding, texts: Sequence[str]) -> Iterator[Figure]:
    """Yield how long a question takes in generated libraries, beside the packaged one of the same run."""
    with _policies(embedding) as policies:
        packaged = _milliseconds(policies, texts)
    for size in _SIZES:
        taken = _milliseconds(Policies(_Generated(embedding, size=size)), texts)
        yield figure(f"{size} clauses a query", taken, unit="ms", limit=packaged, n=len(texts))


def _milliseconds(policies: Policies, texts: Sequence[str]) -> float:
    policies.search(texts[0], on=_ON)
    seconds: list[float] = []
    for text in texts:
        began = time.perf_counter()
        policies.search(text, on=_ON)
        seconds.append(time.perf_counter() - began)
    return 1000 * float(np.median(seconds))


class _Generated(PolicyStore):
    """That many clauses of random everyday characters with a question each, without a Chroma behind them."""

    def __init__(self, embedding: Embedding, *, size: int) -> None:  # pyright: ignore[reportMissingSuperCall] - there is no Chroma
        self.embedding = embedding
        random = np.random.default_rng(0)
        packaged = [clause for policy in read_policies(PACKAGED_POLICIES) for clause in policy.clauses]
        letters = np.array(sorted({letter for clause in packaged for letter in clause.text if letter > "一"}))
        texts = ["".join(row) for row in random.choice(letters, (size, 60))]
        asked = ["".join(row) for row in random.choice(letters, (size, 12))]
        self._stored = StoredClauses(
            tuple(
                replace(
                    packaged[0],
                    policy=f"library-{row // 100}",
                    clause=f"1.{row % 100 + 1}",
                    text=text,
                    asked=(question,),
                )
                for row, (text, question) in enumerate(zip(texts, asked, strict=True))
            ),
            embedding.encode(texts),
            tuple(asked),
            embedding.encode(asked),
            np.arange(size),
        )

    @override
    def revision(self) -> str:
        return "generated"

    @override
    def load(self) -> StoredClauses:
        return self._stored


@contextmanager
def _policies(embedding: Embedding) -> Generator[Policies]:
    """Yield the packaged policies, ingested into a Chroma of their own."""
    with tempfile.TemporaryDirectory() as chroma:
        store = PolicyStore(chroma=Path(chroma), embedding=embedding)
        ingest(PACKAGED_POLICIES, store=store)
        policies = Policies(store)
        yield policies
        policies.close()


def _best(keys: Sequence[str], scores: NDArray[np.float32]) -> list[str]:
    return [keys[int(row)] for row in np.argsort(-scores, kind="stable")[:_FOUND]]


def _rank(found: Sequence[str], relevant: frozenset[str]) -> int:
    """Return the place of the first clause that answers, beyond all where none was found."""
    return next((place for place, key in enumerate(found, start=1) if key in relevant), _FOUND + 1)


def _key(clause: Clause) -> str:
    return f"{clause.policy}/{clause.clause}"
