"""Policies of a small invented world, the shipped embedding, and a real Chroma in a folder of its own."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest

from knowledge.embed import Embedding, load_embedding
from knowledge.vectors import PolicyStore


class WritePolicy(Protocol):
    """Write a policy document; what is not given gets a value that is right."""

    def __call__(
        self,
        policy: str,
        *clauses: str,
        version: int = 1,
        since: date = date(2022, 1, 1),
        until: date | None = None,
        title: str | None = None,
    ) -> Path: ...


@pytest.fixture(scope="session")
def embedding() -> Embedding:
    """Return the shipped model."""
    return load_embedding(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for policy documents."""
    path = tmp_path / "policies"
    path.mkdir()
    return path


@pytest.fixture
def write_policy(folder: Path) -> WritePolicy:
    """Return the function that writes a document into the folder."""

    def write(
        policy: str,
        *clauses: str,
        version: int = 1,
        since: date = date(2022, 1, 1),
        until: date | None = None,
        title: str | None = None,
    ) -> Path:
        lines = [
            "---",
            f"id: {policy}",
            f"title: {title or policy}",
            f"version: {version}",
            f"in_force_from: {since}",
            f"in_force_until: {until or 'null'}        # exclusive; null = open",
            "audience: creators",
            "source: sample",
            "---",
            f"# {title or policy}",
            "",
            "## 1 规则",
            *(f"1.{number} {text}" for number, text in enumerate(clauses, start=1)),
        ]
        path = folder / f"{policy}.v{version}.md"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def chroma(tmp_path: Path) -> Path:
    """Return the folder of this test's Chroma."""
    return tmp_path / "chroma"


@pytest.fixture
def store(chroma: Path, embedding: Embedding) -> Iterator[PolicyStore]:
    """Yield a store in which nothing was ingested."""
    opened = PolicyStore(chroma=chroma, embedding=embedding)
    yield opened
    opened.close()
