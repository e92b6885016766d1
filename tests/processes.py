"""Processes of tests, forked from one that has imported the product: each costs milliseconds, not seconds of imports.

They are processes like any other: killed by kill -9, with an exit code, an environment and a standard output of their
own. What only the interpreter's own start shows (`python -m bot`, limits set before it) is tested by a real start.
"""

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).parent.parent

# What most commands come to import; importing starts no thread and opens no file.
_IMPORTED = (
    "pytest",
    "chromadb",
    "dbos",
    "duckdb",
    "langchain.agents",
    "psycopg",
    "sentence_transformers",
    "bot.agent.agent",
    "bot.app",
    "bot.cli",
    "tools.schema",
)
_OUT, _ERR, _IN = "out", "err", "in"


def forked() -> ForkServerContext:
    """Return where processes come from that have imported the product already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_IMPORTED))
    return context


def start(run: Callable[..., object], *arguments: object) -> BaseProcess:
    """Start the function in a process of its own; it has no children, and ends with the tests at the latest."""
    process = forked().Process(target=run, args=arguments, daemon=True)
    process.start()
    return process


def start_silent(run: Callable[..., object], *arguments: object) -> BaseProcess:
    """Start the function in a process of its own whose words nobody reads."""
    return start(_silently, run, arguments)


class Running:
    """A `guanghe` that runs, or has run; its words are in files, so that nobody waits for a full pipe."""

    def __init__(
        self, arguments: tuple[str | bytes, ...], *, environment: Mapping[str, str], cwd: Path, typed: str
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="guanghe-command-")
        folder = Path(self._folder.name)
        (folder / _IN).write_text(typed, encoding="utf-8")
        words = tuple(os.fsdecode(argument) for argument in arguments)
        self.process = forked().Process(
            target=_command, args=(words, dict(environment), str(cwd), str(folder))
        )
        self.process.start()

    def wait(self, seconds: float = 120) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr once it has ended; raises TimeoutError, after a kill, when it does not."""
        self.process.join(seconds)
        code = self.process.exitcode
        out, err = self._said(_OUT), self._said(_ERR)
        if code is None:
            self.kill()
            raise TimeoutError(f"the command still ran after {seconds} s: {out}{err}")
        self._folder.cleanup()
        return code, out, err

    def kill(self) -> int | None:
        """End it, and every process that it started, by kill -9; return how it ended."""
        assert self.process.pid is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        # It may not have come so far as to lead a group.
        self.process.kill()
        self.process.join()
        self._folder.cleanup()
        return self.process.exitcode

    def _said(self, name: str) -> str:
        path = Path(self._folder.name) / name
        return path.read_text(encoding="utf-8") if path.exists() else ""


def guanghe(
    *arguments: str | bytes, home: Path, cwd: Path = ROOT, typed: str = "", **settings: str
) -> Running:
    """Start `guanghe` over a home, with no settings but these."""
    environment = environment_of(home) | settings
    return Running(arguments, environment=environment, cwd=cwd, typed=typed)


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of a command: this process's, with that home and no other setting."""
    mine = {key: value for key, value in os.environ.items() if not key.startswith("GUANGHE_")}
    return mine | {"GUANGHE_HOME": str(home), "PYTHONPATH": str(ROOT)}


def _silently(run: Callable[..., object], arguments: tuple[object, ...]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    run(*arguments)


def _command(arguments: tuple[str, ...], environment: dict[str, str], cwd: str, folder: str) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    for number, (name, mode) in enumerate(((_IN, os.O_RDONLY), (_OUT, os.O_WRONLY), (_ERR, os.O_WRONLY))):
        file = os.open(Path(folder) / name, mode | (os.O_CREAT if number else 0), 0o600)
        os.dup2(file, number)
        os.close(file)
    # The one of the fork server is closed, as multiprocessing leaves it.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor has no path
    from bot.cli import main  # noqa: PLC0415 - imported by the fork server, not by the tests' own process

    sys.argv = ["guanghe", *arguments]
    main()
