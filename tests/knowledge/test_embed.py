"""The shipped model is what sentence-transformers makes of the same folder, without its import."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embed import SHIPPED_MODEL, Embedding, EmbeddingError, StaticEmbedding, load_embedding

TEXTS = [
    "光合计划要多少粉丝才能参加？",
    "短剧每 1,000 次有效播放多少钱",
    "API 报错 error 500",
    "㈱Ｆｕｌｌ　ｗｉｄｔｈ全角",
    "龘",
    "粉丝迁移" * 300,
]


@pytest.fixture(scope="session")
def native_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped model as sentence-transformers itself saves one: float weights, no scales."""
    # Importing it warns of what its own dependencies will change; these tests are about our reader.
    folder = tmp_path_factory.mktemp("native")
    code = (
        "import sys; from sentence_transformers import SentenceTransformer as S;"
        "import json, numpy as np;"
        "texts = json.load(open(sys.argv[3]));"
        "model = S(sys.argv[1], device='cpu'); model.save_pretrained(sys.argv[2], create_model_card=False);"
        "np.save(sys.argv[2] + '/expected.npy', model.encode(texts))"
    )
    texts = folder.parent / "texts.json"
    texts.write_text(json.dumps(TEXTS))
    subprocess.run([sys.executable, "-c", code, str(SHIPPED_MODEL), str(folder), str(texts)], check=True)
    return folder


class TestLoadEmbedding:
    def test_gives_unit_vectors_of_256_dimensions(self, embedding: Embedding) -> None:
        vectors = embedding.encode(TEXTS)

        assert vectors.shape == (len(TEXTS), embedding.dimensions) == (len(TEXTS), 256)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_equals_sentence_transformers(self, embedding: Embedding, native_folder: Path) -> None:
        vectors = embedding.encode(TEXTS)

        np.testing.assert_allclose(vectors, np.load(native_folder / "expected.npy"), atol=1e-5)

    def test_reads_what_sentence_transformers_saved(self, embedding: Embedding, native_folder: Path) -> None:
        native = load_embedding(str(native_folder))

        assert isinstance(native, StaticEmbedding)
        assert native.name != embedding.name
        np.testing.assert_allclose(native.encode(TEXTS), embedding.encode(TEXTS), atol=1e-5)

    def test_needs_neither_torch_nor_chroma(self) -> None:
        code = (
            "import sys, knowledge.ingest, knowledge.measure, knowledge.search;"
            "from knowledge.embed import load_embedding;"
            "load_embedding(None).encode(['光合']);"
            "print(*{'torch', 'transformers', 'sentence_transformers', 'chromadb', 'scipy'} & sys.modules.keys())"
        )

        printed = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout

        assert printed.strip() == ""

    def test_stays_under_twelve_megabytes(self) -> None:
        size = sum(path.stat().st_size for path in SHIPPED_MODEL.iterdir() if path.is_file())

        assert size < 12_000_000

    def test_names_equal_models_alike(self, embedding: Embedding) -> None:
        again = load_embedding(str(SHIPPED_MODEL))

        assert again.name == embedding.name

    def test_refuses_a_folder_without_weights(self, tmp_path: Path) -> None:
        (tmp_path / "modules.json").write_text((SHIPPED_MODEL / "modules.json").read_text())

        with pytest.raises(EmbeddingError, match=r"model\.safetensors: cannot be read"):
            load_embedding(str(tmp_path))


class TestEncode:
    def test_gives_zero_for_a_text_without_words(self, embedding: Embedding) -> None:
        vectors = embedding.encode(["", "！！", "😀"])

        assert not vectors.any()

    def test_gives_no_rows_for_no_texts(self, embedding: Embedding) -> None:
        assert embedding.encode([]).shape == (0, 256)

    def test_encodes_a_text_alike_alone_and_among_others(self, embedding: Embedding) -> None:
        together = embedding.encode(TEXTS)

        alone = np.concatenate([embedding.encode([text]) for text in TEXTS])

        assert (alone == together).all()
