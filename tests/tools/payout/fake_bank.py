"""A bank that the tests own: in process, or over HTTP for processes that are killed."""

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

from tools.payout.bank import BankReply, BankState, BankUnavailableError


class FakeBank:
    """Pays a reference once; `fails`, `late` and `down` say what it does to which reference."""

    def __init__(self) -> None:
        self.payments: dict[str, int] = {}
        self.submissions: Counter[str] = Counter()
        self.fails: dict[str, str] = {}
        self.late: set[str] = set()
        self.down = False
        # A bank that took the payment and whose answer was lost on the way.
        self.loses_answers = False

    def submit(self, reference: str, *, amount_fen: int, account: str) -> None:
        assert account
        if self.down:
            raise BankUnavailableError
        self.submissions[reference] += 1
        assert self.payments.setdefault(reference, amount_fen) == amount_fen
        if self.loses_answers:
            raise BankUnavailableError

    def query(self, reference: str) -> BankReply:
        if self.down:
            raise BankUnavailableError
        if reference not in self.payments:
            return BankReply(BankState.UNKNOWN)
        if reference in self.late:
            return BankReply(BankState.PENDING)
        state = BankState.FAILED if reference in self.fails else BankState.PAID
        return BankReply(state, self.payments[reference], date(2022, 8, 16), self.fails.get(reference, ""))


class BankServer:
    """The fake bank over HTTP on this machine; `on_submit` runs after a payment was taken, before the answer leaves."""

    def __init__(self, bank: FakeBank) -> None:
        self.bank = bank
        self.on_submit: Callable[[], None] = lambda: None
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.bank.submit(body["reference"], amount_fen=body["amount_fen"], account=body["account"])
                server.on_submit()
                self._answer({})

            def do_GET(self) -> None:
                [reference] = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["reference"]
                reply = server.bank.query(reference)
                self._answer({"state": reply.state, "amount_fen": reply.amount_fen, "reason": reply.reason})

            def _answer(self, body: dict[str, object]) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class HttpBank:
    """The client of that server, for processes of their own."""

    def __init__(self, url: str) -> None:
        self._url = url

    def submit(self, reference: str, *, amount_fen: int, account: str) -> None:
        body = {"reference": reference, "amount_fen": amount_fen, "account": account}
        request = urllib.request.Request(self._url, data=json.dumps(body).encode())  # noqa: S310 - loopback
        self._read(request)

    def query(self, reference: str) -> BankReply:
        query = urllib.parse.urlencode({"reference": reference})
        body = self._read(urllib.request.Request(f"{self._url}?{query}"))  # noqa: S310 - loopback
        return BankReply(
            BankState(str(body["state"])),
            int(str(body["amount_fen"])),
            date(2022, 8, 16),
            str(body["reason"]),
        )

    def _read(self, request: urllib.request.Request) -> dict[str, object]:
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
                found: dict[str, object] = json.loads(answer.read())
                return found
        except urllib.error.URLError as error:
            raise BankUnavailableError(str(error)) from error
