"""A local stand-in of Anthropic's Messages API over real HTTP, with faults on demand and a ledger of its charges.

    python -m claude.standin --port 8089     (then ANTHROPIC_BASE_URL=http://127.0.0.1:8089, any key but `bad-key`)

A fault is asked for by the text `fault:<name>` anywhere in a request, or queued by POST /control/faults
{"faults": ["rate_limited", …]}, one for each coming request; POST /control/answers {"answers": [text, …]} puts words
into the model's mouth in the same way. GET /control/ledger tells what was asked and charged; POST /control/reset
forgets it. `too_long` writes over-long text until the request carries corrections; `trickle` sends a byte at a time.
"""

import argparse
import hashlib
import json
import re
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from claude.standin_answers import answer

ERRORS: dict[str, tuple[int, str, dict[str, str]]] = {
    "unauthorised": (401, "authentication_error", {}),
    "forbidden": (403, "permission_error", {}),
    "billing": (402, "billing_error", {}),
    "invalid": (400, "invalid_request_error", {}),
    "unprocessable": (422, "invalid_request_error", {}),
    "rate_limited": (429, "rate_limit_error", {"retry-after": "7"}),
    "server_error": (500, "api_error", {}),
    "overloaded": (529, "overloaded_error", {}),
}
# Charged, like the real thing: the model has worked, whatever becomes of its answer.
ANSWERS = (
    "slow",
    "timeout",
    "dropped",
    "refusal",
    "truncated",
    "malformed",
    "not_json",
    "gateway_503",
    "too_long",
    "trickle",
)


@dataclass
class Ledger:
    """What was asked and what was charged, and the faults that are still to come."""

    requests: int = 0
    charges: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    last_request: dict[str, Any] | None = None


class Standin(ThreadingHTTPServer):
    """The server; `closing` wakes the handlers that hold an answer back."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.ledger, self.lock, self.closing = Ledger(), threading.Lock(), threading.Event()


class Handler(BaseHTTPRequestHandler):
    """One connection: /v1/messages as the provider, /control/* for the one who runs the test or demo."""

    protocol_version = "HTTP/1.1"

    @property
    def _standin(self) -> Standin:
        assert isinstance(self.server, Standin)
        return self.server

    def do_GET(self) -> None:
        """Show the ledger."""
        if self.path != "/control/ledger":
            return self._error(404, "not_found_error", {})
        with self._standin.lock:
            return self._reply(200, vars(self._standin.ledger))

    def do_POST(self) -> None:
        """Answer a message, or take a control order."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/v1/messages":
            return self._message(body)
        with self._standin.lock:
            if self.path == "/control/reset":
                self._standin.ledger = Ledger()
            elif self.path == "/control/faults":
                self._standin.ledger.faults += json.loads(body)["faults"]
            elif self.path == "/control/answers":
                self._standin.ledger.answers += json.loads(body)["answers"]
            else:
                return self._error(404, "not_found_error", {})
        return self._reply(200, {"ok": True})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it so.
        """Say nothing: the ledger tells more."""

    def _message(self, body: bytes) -> None:
        # SDK 2.11 sends the key as a bearer token; the older header is still taken.
        key = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
        if key in ("", "bad-key"):
            return self._error(401, "authentication_error", {})
        request = _valid_request(body)
        if request is None or not self.headers.get("anthropic-version"):
            return self._error(400, "invalid_request_error", {})
        fault = self._fault(request, body.decode())
        if fault in ERRORS:
            return self._error(*ERRORS[fault])
        message = _message(request, fault, body, self._scripted())
        with self._standin.lock:
            self._standin.ledger.charges.append({"id": message["id"], "model": message["model"], **message["usage"]})
        return self._deliver(message, fault)

    def _fault(self, request: dict[str, Any], text: str) -> str | None:
        with self._standin.lock:
            ledger = self._standin.ledger
            ledger.requests += 1
            ledger.last_request = request
            if ledger.faults:
                return ledger.faults.pop(0)
        named = re.search(r"fault:([a-z_0-9]+)", text)
        return named.group(1) if named else None

    def _scripted(self) -> str | None:
        with self._standin.lock:
            return self._standin.ledger.answers.pop(0) if self._standin.ledger.answers else None

    def _deliver(self, message: dict[str, Any], fault: str | None) -> None:
        if fault in ("slow", "timeout"):
            self._standin.closing.wait(3 if fault == "slow" else 30)
        if fault in ("timeout", "dropped"):
            self.close_connection = True
        elif fault == "not_json":
            self._send(200, b"<html>proxy</html>", {"content-type": "text/html"})
        elif fault == "gateway_503":
            self._send(503, b"<html>proxy</html>", {"content-type": "text/html"})
        elif fault == "trickle":
            self._trickle(json.dumps(message).encode())
        else:
            self._reply(200, message)

    def _trickle(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):
            for byte in body:
                self.wfile.write(bytes((byte,)))
                if self._standin.closing.wait(0.05):
                    break
        self.close_connection = True

    def _error(self, status: int, kind: str, headers: dict[str, str]) -> None:
        error = {"type": "error", "error": {"type": kind, "message": f"stand-in: {kind}"}, "request_id": "req_standin"}
        self._reply(status, error, headers)

    def _reply(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body, ensure_ascii=False).encode()
        self._send(status, text, {"content-type": "application/json", "request-id": "req_standin", **(headers or {})})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _valid_request(body: bytes) -> dict[str, Any] | None:
    """The request, if it is one that the real API would take for structured output; else None."""
    try:
        request = json.loads(body)
        schema = request["output_config"]["format"]["schema"]
        told = request["messages"][0]
        whole = bool(request["model"]) and request["max_tokens"] > 0 and told["role"] == "user" and told["content"]
        strict = schema["type"] == "object" and schema["additionalProperties"] is False
        return request if whole and strict and "temperature" not in request else None
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def _message(request: dict[str, Any], fault: str | None, body: bytes, scripted: str | None) -> dict[str, Any]:
    digest = hashlib.sha256(body).digest()
    text = scripted or json.dumps(answer(request, fault, digest), ensure_ascii=False)
    stop = {"refusal": "refusal", "truncated": "max_tokens"}.get(fault or "", "end_turn")
    said = {"refusal": "", "truncated": text[: len(text) // 2], "malformed": '{"headline": 1}'}.get(fault or "", text)
    return {
        "id": f"msg_{hashlib.sha256(body + threading.current_thread().name.encode()).hexdigest()[:24]}",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": [{"type": "text", "text": said}] if said else [],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": max(1, len(body) // 3), "output_tokens": len(text) + 200},
    }


def main() -> None:
    """Serve until interrupted; the first line printed is the address."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    server = Standin(parser.parse_args().port)
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.05)
    except KeyboardInterrupt:
        server.closing.set()


if __name__ == "__main__":
    main()
