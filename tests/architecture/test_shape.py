"""The conventions that a linter does not check (docs: README, and the order of rooms in pyproject.toml)."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted(
    path
    for part in ("bot", "knowledge", "tools", "migrations")
    for path in (ROOT / part).rglob("*.py")
    if "versions" not in path.parts  # Alembic wrote those
)
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
PURE = (
    "money",
    "period",
    "eligibility",
    "registry",
    "finding",
    "titles",
    "answer",
    "posting",
    "statement",
    "work_refs",
    "tax",
)
BEYOND_PURE = {"sqlalchemy", "os", "socket", "requests", "httpx", "pathlib"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


class TestFiles:
    def test_are_short_enough_to_read(self) -> None:
        long = {
            shown(path): size
            for path in SOURCES
            if (size := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
        }

        assert long == {}

    def test_have_functions_that_fit_a_screen(self) -> None:
        long = [
            f"{shown(path)}:{function.lineno} {function.name}"
            for path in SOURCES
            for function in functions(path)
            if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
        ]

        assert long == []

    def test_have_names_that_say_what_they_hold(self) -> None:
        assert not [
            shown(path) for path in SOURCES if path.stem in {"utils", "helpers", "common", "misc", "manager"}
        ]

    @pytest.mark.parametrize("path", [path for path in SOURCES if path.stem in PURE], ids=shown)
    def test_that_decide_touch_no_store_file_or_network(self, path: Path) -> None:
        assert not imports(path) & BEYOND_PURE

    def test_read_the_clock_and_the_environment_only_in_bot(self) -> None:
        below = [path for path in SOURCES if path.parts[len(ROOT.parts)] in {"tools", "knowledge"}]
        readers = [
            shown(path)
            for path in below
            if "train.py" not in path.name
            and any(
                word in path.read_text("utf-8")
                for word in ("datetime.now(", "date.today(", "os.environ", "getenv(")
            )
        ]

        assert readers == []


class TestRepository:
    def test_names_no_machine(self) -> None:
        tracked = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout.split("\0")
        texts = [
            ROOT / name
            for name in tracked
            if name.endswith((".py", ".md", ".toml", ".lock", ".yaml")) or "/" not in name
        ]

        # Written apart, so that this file does not find itself.
        words = ("/wo" + "rk/", "/ro" + "ot/", "index" + "-url http")
        found = [
            f"{path.relative_to(ROOT)}: {word}"
            for path in texts
            if path.is_file()
            for word in words
            if word in path.read_text("utf-8")
        ]
        assert found == []
