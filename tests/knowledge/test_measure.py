"""Retrieval is measured on any corpus, and a bad line is named."""

import json
import re
from pathlib import Path

import pytest

from knowledge.embed import Embedding
from knowledge.measure import MeasureError, measure_retrieval

CORPUS = [
    {"id": "a", "text": "粉丝迁移要七个工作日"},
    {"id": "b", "text": "提现三天到账"},
    {"id": 3, "text": "直播"},
]
ASKED = [
    {"id": "q1", "text": "迁移粉丝要多久", "relevant": ["a"]},
    {"id": "q2", "text": "提现几天到账", "relevant": ["b", "3"]},
]


def lines(path: Path, records: list[object]) -> Path:
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )
    return path


class TestMeasureRetrieval:
    def test_gives_figures_for_both_signals_and_their_fusion(
        self, tmp_path: Path, embedding: Embedding
    ) -> None:
        corpus, questions = lines(tmp_path / "c.jsonl", [*CORPUS]), lines(tmp_path / "q.jsonl", [*ASKED])

        figures = measure_retrieval(corpus=corpus, questions=questions, embedding=embedding)

        assert list(figures) == ["bm25", "dense", "hybrid"]
        assert list(figures["hybrid"]) == ["recall@1", "recall@5", "recall@10", "mrr", "ms_per_query"]
        assert figures["hybrid"]["recall@1"] == figures["bm25"]["mrr"] == 1
        assert figures["hybrid"]["ms_per_query"] > 0

    def test_counts_ranks_of_the_first_relevant_passage(self, tmp_path: Path, embedding: Embedding) -> None:
        texts = [{"id": f"d{number}", "text": "字" * (number + 1)} for number in range(12)]
        asked = [{"id": f"q{number}", "text": "无关", "relevant": [f"d{number}"]} for number in (0, 3, 9, 11)]
        corpus, questions = lines(tmp_path / "c.jsonl", [*texts]), lines(tmp_path / "q.jsonl", [*asked])

        bm25 = measure_retrieval(corpus=corpus, questions=questions, embedding=embedding)["bm25"]

        # Nothing matches, so that passages keep the order of the corpus: ranks 1, 4, 10 and 12.
        assert [bm25[name] for name in ("recall@1", "recall@5", "recall@10")] == [0.25, 0.5, 0.75]
        assert bm25["mrr"] == pytest.approx((1 + 1 / 4 + 1 / 10 + 1 / 12) / 4)

    @pytest.mark.parametrize(
        ("corpus", "questions", "complaint"),
        [
            ([], ASKED, "c.jsonl:1: the corpus is empty"),
            ([*CORPUS, "text"], ASKED, "c.jsonl:4: not a JSON object"),
            ([*CORPUS, {"id": "x"}], ASKED, "c.jsonl:4: text is missing or not a text"),
            ([*CORPUS, {"id": "a", "text": ""}], ASKED, "c.jsonl:4: id 'a' was given before"),
            (CORPUS, [], "q.jsonl:1: there are no questions"),
            (CORPUS, [*ASKED, {"text": "甲"}], "q.jsonl:3: relevant is not a list of at least one id"),
            (CORPUS, [*ASKED, {"text": 5, "relevant": ["a"]}], "q.jsonl:3: text is missing or not a text"),
            (
                CORPUS,
                [*ASKED, {"text": "甲", "relevant": ["z"]}],
                "q.jsonl:3: relevant id 'z' is not in the corpus",
            ),
        ],
    )
    def test_names_the_line_that_is_wrong(
        self,
        tmp_path: Path,
        embedding: Embedding,
        corpus: list[object],
        questions: list[object],
        complaint: str,
    ) -> None:
        files = lines(tmp_path / "c.jsonl", corpus), lines(tmp_path / "q.jsonl", questions)

        with pytest.raises(MeasureError, match=f"^{re.escape(complaint)}"):
            measure_retrieval(corpus=files[0], questions=files[1], embedding=embedding)

    def test_names_a_file_that_is_not_there(self, tmp_path: Path, embedding: Embedding) -> None:
        with pytest.raises(MeasureError, match=r"c\.jsonl: cannot be read: No such file"):
            measure_retrieval(
                corpus=tmp_path / "c.jsonl", questions=tmp_path / "q.jsonl", embedding=embedding
            )
