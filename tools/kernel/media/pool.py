"""As many decoding processes as there are cores; one that dies or hangs is replaced, its file gets one reason."""

import json
import logging
import os
import queue
import selectors
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.kernel.media.limits import Fault, MediaError, MediaLimits
from tools.kernel.media.worker import DONE, HEADER, REFUSED

logger = logging.getLogger(__name__)

_START = "import sys; sys.path[:] = {path!r}; from tools.kernel.media.worker import serve; serve()"
_CHUNK = 1 << 20
_LARGEST_ANSWER = 1 << 30
# A process is renewed after this many files, so that what a decoder leaks does not add up.
_FILES_A_PROCESS = 5_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: the task's bytes, or the fault."""

    path: Path
    body: bytes
    fault: Fault | None


class MediaPool:
    """Runs `module:function` over files in separate processes; close it, or use it as a context."""

    def __init__(self, *, size: int | None = None, limits: MediaLimits | None = None) -> None:
        self.size = size or os.cpu_count() or 1
        self._limits = limits or MediaLimits()
        self._idle: queue.LifoQueue[_Process | None] = queue.LifoQueue()
        for _ in range(self.size):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="media")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, task: str, path: Path, options: Mapping[str, Any] | None = None) -> bytes:
        """Return what the task made of the file. Raises MediaError."""
        process = self._idle.get()
        try:
            if process is None or process.spent:
                if process is not None:
                    process.end()
                process = _Process()
            return process.ask(task, path, options or {}, self._limits)
        except MediaError as error:
            if error.fault in (Fault.TOO_SLOW, Fault.CRASHED) and process is not None:
                process.end()
                process = None
            raise
        finally:
            self._idle.put(process)

    def map(
        self, task: str, paths: Iterable[Path], options: Mapping[str, Any] | None = None
    ) -> Iterator[Outcome]:
        """Yield each file's outcome in the order of the paths; a few files ahead are worked on meanwhile."""
        waiting: queue.SimpleQueue[Future[Outcome]] = queue.SimpleQueue()
        ahead = 0
        for path in paths:
            waiting.put(self._threads.submit(self._outcome, task, path, options))
            ahead += 1
            if ahead >= 4 * self.size:
                yield waiting.get().result()
                ahead -= 1
        for _ in range(ahead):
            yield waiting.get().result()

    def close(self) -> None:
        """End every process."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            if process := self._idle.get():
                process.end()

    def _outcome(self, task: str, path: Path, options: Mapping[str, Any] | None) -> Outcome:
        try:
            return Outcome(path, self.run(task, path, options), None)
        except MediaError as error:
            return Outcome(path, b"", error.fault)


class _Process:
    """One decoding process and the two pipes to it."""

    def __init__(self) -> None:
        self._files = 0
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def spent(self) -> bool:
        return self._files >= _FILES_A_PROCESS or self._child.poll() is not None

    def ask(self, task: str, path: Path, options: Mapping[str, Any], limits: MediaLimits) -> bytes:
        self._files += 1
        request = {
            "task": task,
            "path": str(path.absolute()),
            "options": dict(options),
            "limits": asdict(limits),
        }
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(request).encode() + b"\n")
            self._child.stdin.flush()
        except OSError:
            raise MediaError(Fault.CRASHED) from None
        # The first file also waits for the process to start and to import what it needs.
        deadline = time.monotonic() + limits.wall_seconds + (30 if self._files == 1 else 0)
        status, size = HEADER.unpack(self._read(HEADER.size, deadline))
        if size > _LARGEST_ANSWER:
            raise MediaError(Fault.CRASHED)
        body = self._read(size, deadline)
        if status == DONE:
            return body
        if status == REFUSED:
            raise MediaError(Fault(body.decode("ascii", "replace")))
        logger.info("media task %s failed on %s: %s", task, path, body.decode("utf-8", "replace"))
        raise MediaError(Fault.CRASHED)

    def end(self) -> None:
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                # What was left to write goes nowhere: the process is dead.
                continue
        self._child.wait()

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._child.stdout is not None
        descriptor = self._child.stdout.fileno()
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while size > 0:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise MediaError(Fault.TOO_SLOW)
                part = os.read(descriptor, min(size, _CHUNK))
                if not part:
                    raise MediaError(Fault.CRASHED)
                parts.append(part)
                size -= len(part)
        return b"".join(parts)
