"""What LangChain's documentation builds: a BM25 retriever and Chroma, their rankings fused by reciprocal ranks.

`BM25Retriever` and `EnsembleRetriever` are in packages that this project does not install (langchain-community,
rank-bm25, langchain-classic), so both are written out here as those define them; the Chroma half is langchain-chroma
itself. BM25 gets our grams instead of its default, which parts texts at spaces and finds next to nothing in Chinese.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from typing_extensions import override

from knowledge.embed import Embedding
from knowledge.lexicon import grams

# rank_bm25.BM25Okapi's and EnsembleRetriever's own values.
_SATURATION, _LENGTH_SHARE, _FLOOR = 1.5, 0.75, 0.25
_RANK_CONSTANT = 60
_WEIGHT = 0.5


class _OurEmbedding(Embeddings):
    """The shipped embedding as LangChain sees one."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding

    @override
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._embedding.encode(texts).tolist()

    @override
    def embed_query(self, text: str) -> list[float]:
        return self._embedding.encode([text])[0].tolist()


class EnsemblePeer:
    """Both retrievers over the same texts, half and half; `first` is how many each gives."""

    def __init__(self, texts: Sequence[str], *, embedding: Embedding, folder: Path, first: int) -> None:
        self._first = first
        self._counts = [Counter(grams(text)) for text in texts]
        lengths = np.array([count.total() for count in self._counts], np.float64)
        self._damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * lengths / lengths.mean())
        self._rarity = _okapi_rarity(self._counts)
        # Any: langchain-chroma leaves the type of metadata open.
        self._chroma: Any = Chroma(
            "peer", embedding_function=_OurEmbedding(embedding), persist_directory=str(folder)
        )
        self._chroma.add_texts([*texts], ids=[str(row) for row in range(len(texts))])

    def search(self, text: str) -> list[int]:
        """Return the rows in the order of the sum of weighted reciprocal ranks."""
        dense = [int(found.id or 0) for found in self._chroma.similarity_search(text, k=self._first)]
        scores: dict[int, float] = {}
        for ranking in (self._lexical(text), dense):
            for place, row in enumerate(ranking, start=1):
                scores[row] = scores.get(row, 0.0) + _WEIGHT / (place + _RANK_CONSTANT)
        return sorted(scores, key=lambda row: -scores[row])

    def _lexical(self, text: str) -> list[int]:
        scores = np.zeros(len(self._counts))
        for gram in grams(text):
            if rarity := self._rarity.get(gram):
                times = np.array([count[gram] for count in self._counts], np.float64)
                scores += rarity * times * (_SATURATION + 1) / (times + self._damping)
        return [int(row) for row in np.argsort(-scores, kind="stable")[: self._first]]


def _okapi_rarity(counts: Sequence[Counter[str]]) -> dict[str, float]:
    """Give each gram its inverse document frequency; where that is negative, a quarter of the mean instead."""
    frequency = Counter(gram for count in counts for gram in count)
    rarity = {
        gram: float(np.log(len(counts) - times + 0.5) - np.log(times + 0.5))
        for gram, times in frequency.items()
    }
    floor = _FLOOR * sum(rarity.values()) / len(rarity)
    return {gram: value if value >= 0 else floor for gram, value in rarity.items()}
