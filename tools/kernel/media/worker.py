"""The process that decodes: reads tasks from its input, writes each answer, dies instead of its parent.

A task names a function `module:name` that takes (path, options, limits) and returns bytes. An answer is one status
byte, its length and its bytes, never a pickle: what comes out of a decoder of hostile files must not run.
"""

import importlib
import json
import os
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from tools.kernel.media.limits import MediaError, MediaLimits

HEADER = struct.Struct("<cQ")
DONE, REFUSED, FAILED = b"d", b"r", b"f"

Task = Callable[[Path, dict[str, Any], MediaLimits], bytes]


def serve() -> None:
    """Answer tasks until the input ends."""
    # Libraries print to the standard output; the answers get a descriptor of their own.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        limits = MediaLimits(**request["limits"])
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
        _answer(answers, *_run(request, limits))


def _run(request: dict[str, Any], limits: MediaLimits) -> tuple[bytes, bytes]:
    try:
        module, _, name = str(request["task"]).partition(":")
        task: Task = getattr(importlib.import_module(module), name)
        return DONE, task(Path(request["path"]), request["options"], limits)
    except MediaError as error:
        return REFUSED, error.fault.value.encode()
    except MemoryError:
        return FAILED, b"out of memory"
    except Exception as error:  # noqa: BLE001 - the edge of this process: whatever a hostile file causes is an answer
        return FAILED, f"{type(error).__name__}: {error}".encode()[:500]


def _answer(answers: BinaryIO, status: bytes, body: bytes) -> None:
    answers.write(HEADER.pack(status, len(body)))
    answers.write(body)
    answers.flush()
