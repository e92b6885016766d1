"""Train the shipped static embedding from question-passage pairs, on one CPU core, in minutes.

    nice python -m knowledge.model.train PAIRS.jsonl.zst --model knowledge/model --work /tmp/train

Four steps, each deterministic for the same pairs and the same library versions: a Unigram tokenizer whose pieces never
mix scripts; latent semantic analysis of the passages as the starting point; contrastive training (multiple negatives
ranking loss, one source a batch, duplicates masked); int8 weights with one scale a row, in the layout that
sentence-transformers reads. A slice of every source is held out by the hash of its passage and written to --work as
corpus and questions, so that `measure_retrieval` can judge the model on texts that it has not seen.
"""

# torch and scipy leave most of their types open; what matters here is annotated where it becomes ours.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import argparse
import hashlib
import io
import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import zstandard
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy import sparse
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional

log = logging.getLogger("train")

DIMENSIONS = 256
PIECES = 40_000
UNKNOWN = "[UNK]"
PIECE_CHARACTERS = 4
QUESTION_CHARACTERS = 128
PASSAGE_CHARACTERS = 300
TOKENIZER_PAIRS = 45_000
LSA_PASSAGES = 80_000
LSA_LEAST_PIECES = 25
BATCH = 2048
LEARNING_RATE = 0.02
SIMILARITY_SCALE = 20.0
# Shorter prefixes of the vector are trained along, so that a caller may truncate it.
PREFIXES = ((DIMENSIONS, 1.0), (DIMENSIONS // 2, 0.5), (DIMENSIONS // 4, 0.25))
HELD_OUT_SHARE = 0.1
HELD_OUT_PASSAGES = 400
SEED = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """One training line: a question (or heading) and the passage that answers it."""

    question: str
    passage: str
    source: str
    kind: str

    @property
    def passage_hash(self) -> int:
        """The same for passages that begin alike: duplicates must neither be negatives nor cross the split."""
        return _hash(self.passage[:80])


@dataclass(frozen=True, slots=True)
class Bags:
    """Texts as one array of piece numbers and the offset of each text in it."""

    pieces: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __getitem__(self, row: int) -> NDArray[np.int64]:
        return self.pieces[self.offsets[row] : self.offsets[row + 1]]

    def lengths(self) -> NDArray[np.int64]:
        """Count the pieces of each text."""
        return np.diff(self.offsets)

    def take(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Those texts as the two arguments of an EmbeddingBag that includes the last offset."""
        parts = [self[row] for row in rows]
        offsets = np.zeros(len(parts) + 1, np.int64)
        offsets[1:] = np.cumsum([len(part) for part in parts])
        return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(offsets)


def main() -> None:
    """Read the pairs, train, and leave the model in its folder and the held-out slice in the work folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", type=Path, help="question-passage pairs, JSON lines, zstandard")
    parser.add_argument(
        "--model", type=Path, default=Path(__file__).parent, help="where the model is written"
    )
    parser.add_argument("--work", type=Path, required=True, help="where the held-out slice is written")
    parser.add_argument(
        "--epochs", type=float, default=2.0, help="0 exports the latent semantic analysis alone"
    )
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)8d ms  %(message)s")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(SEED)
    # Gradients of rarely seen rows decay into denormal numbers, on which a CPU is tens of times slower.
    torch.set_flush_denormal(True)
    train(arguments.pairs, model=arguments.model, work=arguments.work, epochs=arguments.epochs)


def train(path: Path, *, model: Path, work: Path, epochs: float) -> None:
    """Write the trained model to `model` and the held-out slice to `work`."""
    kept, held_out = split(list(read_pairs(path)))
    log.info("%d pairs to train on, %d held out", len(kept), len(held_out))
    write_held_out(held_out, folder=work)
    tokenizer = train_tokenizer(kept)
    questions = pack(tokenizer, [pair.question[:QUESTION_CHARACTERS] for pair in kept])
    passages = pack(tokenizer, [pair.passage[:PASSAGE_CHARACTERS] for pair in kept])
    log.info(
        "%d pieces in the vocabulary, %d in the passages", tokenizer.get_vocab_size(), len(passages.pieces)
    )
    start = latent_semantic_start(questions, passages, vocabulary=tokenizer.get_vocab_size())
    log.info("latent semantic analysis done")
    weights = train_contrastive(start, kept, questions=questions, passages=passages, epochs=epochs)
    export(tokenizer, weights, folder=model)
    log.info("written to %s", model)


def read_pairs(path: Path) -> Iterator[Pair]:
    """Each line of the zstandard-compressed JSON lines."""
    with path.open("rb") as compressed:
        stream = zstandard.ZstdDecompressor().stream_reader(compressed)
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            record = json.loads(line)
            yield Pair(record["q"], record["d"], record["src"], record["kind"])


def split(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Part the pairs to train on from a slice of each source and kind; no passage is on both sides."""
    by_group: dict[tuple[str, str], set[int]] = {}
    for pair in pairs:
        by_group.setdefault((pair.source, pair.kind), set()).add(pair.passage_hash)
    held_out: set[int] = set()
    for hashes in by_group.values():
        # Hashes are uniform, so the smallest are a random sample that no change of order disturbs.
        held_out.update(sorted(hashes)[: min(HELD_OUT_PASSAGES, int(len(hashes) * HELD_OUT_SHARE))])
    return [pair for pair in pairs if pair.passage_hash not in held_out], [
        pair for pair in pairs if pair.passage_hash in held_out
    ]


def write_held_out(pairs: Sequence[Pair], *, folder: Path) -> None:
    """One corpus and one questions file a source and kind, as `measure_retrieval` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(f"{pair.source}.{pair.kind}", []).append(pair)
    for name, group in groups.items():
        ids = {
            passage: f"d{number}"
            for number, passage in enumerate(dict.fromkeys(pair.passage for pair in group))
        }
        relevant: dict[str, list[str]] = {}
        for pair in group:
            relevant.setdefault(pair.question, []).append(ids[pair.passage])
        _write_lines(
            folder / f"{name}.corpus.jsonl", [{"id": key, "text": text} for text, key in ids.items()]
        )
        _write_lines(
            folder / f"{name}.questions.jsonl",
            [
                {"id": f"q{number}", "text": text, "relevant": sorted(set(keys))}
                for number, (text, keys) in enumerate(relevant.items())
            ],
        )


def train_tokenizer(pairs: Sequence[Pair]) -> Tokenizer:
    """Learn a Unigram model over runs of Han, Latin or digits, in pieces of at most four characters.

    Pieces that mix scripts would make 2022年 and 2021年 two words without a common part; anything that is neither
    (punctuation, emoji) carries no meaning for retrieval and is dropped.
    """
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\u4e00-\u9fffa-z0-9]+"), "removed"),
            pre_tokenizers.Split(Regex(r"[a-z]+|[0-9]+|[\u4e00-\u9fff]+"), "isolated"),
        ]
    )
    chosen = np.random.default_rng(SEED).permutation(len(pairs))[:TOKENIZER_PAIRS]
    texts = (
        text for row in chosen for text in (pairs[row].question, pairs[row].passage[:PASSAGE_CHARACTERS])
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=PIECES,
        unk_token=UNKNOWN,
        special_tokens=[UNKNOWN, "[PAD]"],
        max_piece_length=PIECE_CHARACTERS,
        shrinking_factor=0.6,
        n_sub_iterations=1,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.model = models.Unigram(_settled(tokenizer), unk_id=0, byte_fallback=False)
    return tokenizer


def _settled(tokenizer: Tokenizer) -> list[tuple[str, float]]:
    """Give the pieces and scores in an order, and with a precision, that every run agrees on.

    The trainer walks hash tables: pieces of equal score come in any order, and rare characters that it adds at the end
    get scores that descend in any order. The rarest fiftieth, which holds all of those, shares one score.
    """
    learned: list[tuple[str, float]] = [
        (piece, score) for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"]
    ]
    special, pieces = learned[:2], learned[2:]
    rarest = sorted(score for _, score in pieces)[len(pieces) // 50]
    settled = [(piece, round(max(score, rarest), 6)) for piece, score in pieces]
    return special + sorted(settled, key=lambda item: (-item[1], item[0]))


def pack(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """Write the texts as piece numbers."""
    rows: list[NDArray[np.int64]] = []
    for start in range(0, len(texts), 4096):
        encodings = tokenizer.encode_batch_fast(list(texts[start : start + 4096]), add_special_tokens=False)
        rows += [np.array(encoding.ids, np.int64) for encoding in encodings]
    offsets = np.zeros(len(rows) + 1, np.int64)
    offsets[1:] = np.cumsum([len(row) for row in rows])
    return Bags(np.concatenate(rows), offsets)


def latent_semantic_start(questions: Bags, passages: Bags, *, vocabulary: int) -> NDArray[np.float32]:
    """Rows whose direction comes from the passages a piece occurs in, and whose length is its rarity (idf)."""
    generator = np.random.default_rng(SEED)
    rows = generator.permutation(np.nonzero(passages.lengths() > LSA_LEAST_PIECES)[0])[:LSA_PASSAGES]
    texts = [np.concatenate([passages[row], questions[row]]) for row in rows]
    offsets = np.zeros(len(texts) + 1, np.int64)
    offsets[1:] = np.cumsum([len(text) for text in texts])
    # scipy has no types: the matrix is Any, what leaves it is an array again.
    counts: Any = sparse.csr_matrix(
        (np.ones(offsets[-1], np.float32), np.concatenate(texts), offsets), shape=(len(texts), vocabulary)
    )
    counts.sum_duplicates()
    counts.data = 1 + np.log(counts.data)
    frequency: NDArray[np.int64] = np.bincount(counts.indices, minlength=vocabulary)
    rarity = (np.log((len(texts) + 1) / (frequency + 1)) + 0.1).astype(np.float32)
    weighted: Any = counts @ sparse.diags(rarity)
    lengths: NDArray[np.float32] = np.sqrt(np.asarray(weighted.multiply(weighted).sum(1))).ravel()
    directions = _right_singular(sparse.diags(1 / (lengths + 1e-6)) @ weighted, generator)
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-8)
    start = directions * rarity[:, None]
    start *= 0.1 / start.std()
    # A little noise parts pieces that never occurred, which would otherwise stay at zero together.
    return (start + generator.normal(0, 0.02, start.shape)).astype(np.float32)


def _right_singular(matrix: Any, generator: np.random.Generator) -> NDArray[np.float32]:  # noqa: ANN401 -- scipy is untyped
    """Approximate the leading right singular vectors, each times the root of its value.

    Halko, Martinsson and Tropp (2011), algorithm 5.1 after one subspace iteration.
    """
    matrix = matrix.astype(np.float32).tocsr()
    probe = generator.normal(size=(matrix.shape[1], DIMENSIONS + 8)).astype(np.float32)
    basis, _ = np.linalg.qr(matrix @ probe)
    basis, _ = np.linalg.qr(matrix.T @ basis)
    basis, _ = np.linalg.qr(matrix @ basis)
    _, values, right = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    return (right[:DIMENSIONS].T * np.sqrt(values[:DIMENSIONS])).astype(np.float32)


def train_contrastive(
    start: NDArray[np.float32], pairs: Sequence[Pair], *, questions: Bags, passages: Bags, epochs: float
) -> NDArray[np.float32]:
    """Train for `epochs` passes in which each question learns to find its passage among its batch."""
    generator = np.random.default_rng(SEED)
    usable = np.nonzero((questions.lengths() > 0) & (passages.lengths() > 0))[0]
    groups = _groups(pairs, usable)
    question_hashes = np.array([_hash(pair.question) for pair in pairs])
    passage_hashes = np.array([pair.passage_hash for pair in pairs])
    bag = nn.EmbeddingBag.from_pretrained(
        torch.from_numpy(start), freeze=False, mode="mean", include_last_offset=True
    )
    optimizer = torch.optim.Adam(bag.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.99))
    steps = int(epochs * len(_batches(groups, np.random.default_rng(SEED))))
    began, step = time.perf_counter(), 0
    while step < steps:
        for rows in _batches(groups, generator)[: steps - step]:
            warm = min(1.0, (step + 1) / (0.05 * steps + 1))
            optimizer.param_groups[0]["lr"] = LEARNING_RATE * warm * max(0.02, 1 - step / steps)
            loss = ranking_loss(
                bag(*questions.take(rows)),
                bag(*passages.take(rows)),
                same=_same(question_hashes[rows]) | _same(passage_hashes[rows]),
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            if step % 20 == 0:
                log.info(
                    "step %d of %d, loss %.3f, %.0f s", step, steps, loss.item(), time.perf_counter() - began
                )
    return bag.weight.detach().numpy()


def ranking_loss(questions: Tensor, passages: Tensor, *, same: Tensor) -> Tensor:
    """Multiple negatives ranking loss in both directions, at each trained prefix of the vectors.

    `same` marks pairs of rows that share a question or a passage: they are no negatives of each other.
    """
    labels = torch.arange(len(questions))
    losses: list[Tensor] = []
    for width, weight in PREFIXES:
        left = functional.normalize(questions[:, :width], dim=1)
        right = functional.normalize(passages[:, :width], dim=1)
        scores = (SIMILARITY_SCALE * left @ right.T).masked_fill(same, -1e4)
        losses.append(
            weight
            * (functional.cross_entropy(scores, labels) + functional.cross_entropy(scores.T, labels))
            / 2
        )
    return torch.stack(losses).sum()


def export(tokenizer: Tokenizer, weights: NDArray[np.float32], *, folder: Path) -> None:
    """Write a folder that sentence-transformers reads without custom code: int8 rows times one scale a row."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-8) / 127
    rows = np.round(weights / scales[:, None]).astype(np.int8)
    # The names are model2vec's, which StaticEmbedding.load folds into float32 rows.
    save_file({"embeddings": rows, "weights": scales.astype(np.float32)}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # safetensors writes for its owner only
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    modules = "sentence_transformers.sentence_transformer.modules"
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": f"{modules}.StaticEmbedding"},
            {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{modules}.Normalize"},
        ],
    )
    _write_json(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine"})


def _groups(pairs: Sequence[Pair], usable: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """One group a source, so that negatives are hard; sources too small for half a batch share one."""
    by_source: dict[str, list[int]] = {}
    for row in usable.tolist():
        by_source.setdefault(pairs[row].source, []).append(row)
    large = [np.array(rows) for _, rows in sorted(by_source.items()) if len(rows) >= BATCH // 2]
    small = [row for _, rows in sorted(by_source.items()) if len(rows) < BATCH // 2 for row in rows]
    return [*large, np.array(small)] if small else large


def _batches(groups: Sequence[NDArray[np.int64]], generator: np.random.Generator) -> list[NDArray[np.int64]]:
    """One epoch in random order; a remainder too small to hold negatives is left out."""
    batches: list[NDArray[np.int64]] = []
    for group in groups:
        shuffled = generator.permutation(group)
        parts = [shuffled[start : start + BATCH] for start in range(0, len(shuffled), BATCH)]
        batches += [part for part in parts if len(part) >= BATCH // 32]
    return [batches[number] for number in generator.permutation(len(batches))]


def _same(hashes: NDArray[np.int64]) -> Tensor:
    values = torch.from_numpy(hashes)
    return (values[:, None] == values[None]).fill_diagonal_(False)  # noqa: FBT003 -- a value, not a flag


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest())


def _write_lines(path: Path, records: Sequence[dict[str, object]]) -> None:
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
