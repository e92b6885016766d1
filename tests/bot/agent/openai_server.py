"""A small OpenAI-compatible server on loopback that the tests own: scripted answers, streamed or whole."""

import json
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

Message = dict[str, Any]
Script = Callable[[list[Message]], Message]


@dataclass
class OpenAIServer:
    """What the server was asked, and how it is told to answer."""

    url: str
    script: Script
    requests: list[Message] = field(default_factory=list[Message])
    status: int = 200


@contextmanager
def openai_server(script: Script) -> Generator[OpenAIServer]:
    """Run the server on a free port until the block ends."""
    server = OpenAIServer("", script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: pytest shows what matters."""

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(request)
            if server.status != 200:
                self._send("application/json", json.dumps({"error": {"message": "down"}}), server.status)
                return
            answer = server.script(request["messages"])
            if request.get("stream"):
                self._send("text/event-stream", "".join(_events(answer)))
            else:
                self._send("application/json", json.dumps(_whole(answer)))

        def _send(self, kind: str, body: str, status: int = 200) -> None:
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def tool_call(name: str, arguments: Message) -> Message:
    """Return an answer that calls a tool."""
    function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }


def _whole(answer: Message) -> Message:
    reason = "tool_calls" if answer.get("tool_calls") else "stop"
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "test",
        "choices": [{"index": 0, "message": answer, "finish_reason": reason}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _events(answer: Message) -> Iterator[str]:
    """Yield the answer as a provider streams it: text and arguments in pieces."""
    for call in answer.get("tool_calls", []):
        function = call["function"]
        yield _event(
            {"tool_calls": [{**call, "index": 0, "function": {"name": function["name"], "arguments": ""}}]}
        )
        for place in range(0, len(function["arguments"]), 5):
            piece = function["arguments"][place : place + 5]
            yield _event({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    text = answer.get("content") or ""
    for place in range(0, len(text), 3):
        yield _event({"content": text[place : place + 3]})
    yield _event({}, finish="tool_calls" if answer.get("tool_calls") else "stop")
    yield "data: [DONE]\n\n"


def _event(delta: Message, *, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": [choice]}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
