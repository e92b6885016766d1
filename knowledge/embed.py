"""Sentence embeddings: the shipped static model read with numpy alone, or any sentence-transformers model.

A static embedding is the mean of one row a piece, so that numpy does in microseconds what importing torch takes seconds
to begin. Folders that hold only such a model are read here; every other model is left to sentence-transformers.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SHIPPED_MODEL = Path(__file__).parent / "model"
STATIC_MODULES = ["StaticEmbedding", "Normalize"]


class EmbeddingError(ValueError):
    """No embedding can be loaded under that name."""


class Embedding(Protocol):
    """Texts as unit vectors."""

    @property
    def name(self) -> str:
        """A fingerprint: vectors of equal names may be compared, others may not."""
        ...

    @property
    def dimensions(self) -> int:
        """The width of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one row a text, shape (n, dimensions), of length one; a text without a known piece is all zero."""
        ...


def load_embedding(name: str | None) -> Embedding:
    """Load the shipped model (None), or the sentence-transformers model of that folder or name.

    Raises EmbeddingError where there is no such model.
    """
    folder = SHIPPED_MODEL if name is None else Path(name)
    if _is_static(folder):
        return StaticEmbedding.load(folder)
    if name is None:
        raise EmbeddingError(f"{folder}: the shipped model is missing; knowledge/model/train.py makes it")
    return TransformerEmbedding.load(name)


class StaticEmbedding:
    """The mean of the rows of a text's pieces, scaled to length one.

    Equal to `SentenceTransformer(folder).encode` of the same folder to 1e-5.
    """

    def __init__(
        self, tokenizer: "Tokenizer", *, rows: NDArray[Any], scales: NDArray[np.float32] | None, name: str
    ) -> None:
        self.name = name
        self.dimensions = int(rows.shape[1])
        self._tokenizer = tokenizer
        self._rows = rows
        self._scales = scales

    @classmethod
    def load(cls, folder: Path) -> "StaticEmbedding":
        """Read the folder as sentence-transformers or model2vec wrote it."""
        # Both libraries are only needed where a model is loaded, and importing knowledge stays cheap without them.
        from safetensors.numpy import load  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        files = [folder / "model.safetensors", folder / "tokenizer.json"]
        try:
            contents = [path.read_bytes() for path in files]
        except OSError as error:
            raise EmbeddingError(f"{error.filename}: cannot be read: {error.strerror}") from error
        tensors = load(contents[0])
        rows = tensors.get("embedding.weight", tensors.get("embeddings"))
        if rows is None:
            raise EmbeddingError(f"{files[0]}: holds neither embedding.weight nor embeddings")
        if "mapping" in tensors:
            rows = rows[tensors["mapping"]]
        tokenizer = Tokenizer.from_str(contents[1].decode())
        tokenizer.no_padding()
        name = f"static-{rows.shape[1]}-{_fingerprint(contents)}"
        return cls(tokenizer, rows=rows, scales=tensors.get("weights"), name=name)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one row a text; texts may have any length."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        for vector, encoding in zip(vectors, encodings, strict=True):
            if pieces := encoding.ids:
                vector[:] = self._mean(np.array(pieces))
        return _unit(vectors)

    def _mean(self, pieces: NDArray[np.int64]) -> NDArray[np.float32]:
        # Weights stay int8 in memory (10 MB instead of 40) and become numbers only for the pieces of a text.
        if self._scales is None:
            return self._rows[pieces].mean(axis=0, dtype=np.float32)
        scales = self._scales[pieces].astype(np.float32)
        return (scales @ self._rows[pieces].astype(np.float32)) / np.float32(len(pieces))


class TransformerEmbedding:
    """Any other sentence-transformers model, on the CPU."""

    def __init__(self, model: Any, *, name: str) -> None:  # noqa: ANN401 -- the library's type would import torch
        self.name = name
        self.dimensions = int(model.get_embedding_dimension())
        self._model = model

    @classmethod
    def load(cls, name: str) -> "TransformerEmbedding":
        """Load the folder or, where the library finds it, the named model."""
        # Importing sentence-transformers brings torch and takes seconds: only who asks for such a model pays.
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        try:
            model = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            raise EmbeddingError(f"{name}: sentence-transformers cannot load it: {error}") from error
        state = model.state_dict()
        tensors = (np.ascontiguousarray(tensor.float().numpy()).data for tensor in state.values())
        return cls(model, name=f"{Path(name).name}-{_fingerprint(tensors)}")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one row a text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return _unit(np.asarray(self._model.encode(list(texts), show_progress_bar=False), np.float32))


def _is_static(folder: Path) -> bool:
    """Whether the folder's modules are a static embedding and perhaps the scaling to length one."""
    try:
        modules = json.loads((folder / "modules.json").read_bytes())
    except (OSError, ValueError):
        return False
    kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
    return kinds in (STATIC_MODULES, STATIC_MODULES[:1]) and not modules[0]["path"]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
    return vectors / np.maximum(lengths, np.float32(1e-12))


def _fingerprint(contents: Iterable[bytes | memoryview]) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for content in contents:
        digest.update(content)
    return digest.hexdigest()
