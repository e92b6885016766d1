"""The training script keeps its held-out slice apart, masks duplicates, and exports what our reader reads."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from knowledge.embed import SHIPPED_MODEL, load_embedding
from knowledge.measure import measure_retrieval
from knowledge.model.train import (
    Bags,
    Pair,
    export,
    pack,
    ranking_loss,
    split,
    train_tokenizer,
    write_held_out,
)

PAIRS = [
    Pair(f"第{number}问", f"第{number // 2}段说的是{'一二三四五六七'[number % 7]}", "书", "qa")
    for number in range(200)
]


class TestSplit:
    def test_puts_no_passage_on_both_sides(self) -> None:
        kept, held_out = split(PAIRS)

        assert len(kept) + len(held_out) == len(PAIRS)
        assert held_out
        assert not {pair.passage for pair in kept} & {pair.passage for pair in held_out}

    def test_does_not_depend_on_the_order(self) -> None:
        _, forward = split(PAIRS)
        _, backward = split(PAIRS[::-1])

        assert sorted(pair.question for pair in forward) == sorted(pair.question for pair in backward)


class TestWriteHeldOut:
    def test_writes_what_measure_retrieval_reads(self, tmp_path: Path) -> None:
        write_held_out(split(PAIRS)[1], folder=tmp_path)

        corpus, questions = tmp_path / "书.qa.corpus.jsonl", tmp_path / "书.qa.questions.jsonl"
        figures = measure_retrieval(corpus=corpus, questions=questions, embedding=load_embedding(None))
        assert figures["bm25"]["recall@10"] > 0


class TestTrainTokenizer:
    def test_never_mixes_scripts_in_a_piece(self) -> None:
        tokenizer = train_tokenizer(PAIRS)

        pieces = tokenizer.encode("第12问API，第3段").tokens
        assert "".join(pieces) == "第12问api第3段"
        assert all(
            len({"0" if c.isdigit() else "a" if c.isascii() else "一" for c in piece}) == 1
            for piece in pieces
        )


class TestPack:
    def test_gives_each_text_its_pieces(self) -> None:
        tokenizer = train_tokenizer(PAIRS)

        bags = pack(tokenizer, ["第一段", "", "第二问"])

        assert bags.lengths().tolist() == [
            len(tokenizer.encode(text).ids) for text in ("第一段", "", "第二问")
        ]
        assert bags[2].tolist() == tokenizer.encode("第二问").ids


class TestBags:
    def test_takes_rows_as_an_embedding_bag_wants_them(self) -> None:
        bags = Bags(np.array([5, 6, 7, 8]), np.array([0, 1, 1, 4]))

        pieces, offsets = bags.take(np.array([2, 0]))

        assert np.asarray(pieces).tolist() == [6, 7, 8, 5]
        assert np.asarray(offsets).tolist() == [0, 3, 4]


class TestRankingLoss:
    def test_does_not_count_a_duplicate_as_a_negative(self) -> None:
        vectors = torch.eye(256)[[0, 0, 1]]
        none, same = torch.zeros(3, 3, dtype=torch.bool), torch.zeros(3, 3, dtype=torch.bool)
        same[0, 1] = same[1, 0] = True

        punished, spared = (ranking_loss(vectors, vectors, same=mask).item() for mask in (none, same))

        assert spared == pytest.approx(0, abs=1e-6)
        assert punished > 0.5


class TestExport:
    def test_writes_int8_rows_within_half_a_step(self, tmp_path: Path) -> None:
        tokenizer = train_tokenizer(PAIRS)
        weights = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 256)).astype(np.float32)

        export(tokenizer, weights, folder=tmp_path)

        vector = load_embedding(str(tmp_path)).encode(["第一段"])[0]
        expected = weights[tokenizer.encode("第一段").ids].mean(axis=0)
        assert vector @ expected / np.linalg.norm(expected) == pytest.approx(1, abs=1e-3)

    def test_writes_the_layout_of_the_shipped_model(self, tmp_path: Path) -> None:
        export(train_tokenizer(PAIRS), np.ones((300, 256), np.float32), folder=tmp_path)

        for name in ("modules.json", "config_sentence_transformers.json"):
            assert json.loads((tmp_path / name).read_text()) == json.loads((SHIPPED_MODEL / name).read_text())
