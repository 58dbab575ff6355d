"""A server on this machine that speaks the documented API of GOV.UK Notify: what it took, and what it says of it."""

import base64
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SERVICE, SECRET = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
KEY = f"arflow-{SERVICE}-{SECRET}"


class NotifyService:
    """`taken` holds each request by the id it was given; `answer` is a status code and a message to refuse the next with."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.status: dict[str, str] = {}
        self.answer: tuple[int, str] | None = None
        self.lose_answer = False
        self.url = ""

    def take(self, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        name = str(uuid.uuid4())
        if "content" in asked:
            asked["content"] = base64.b64decode(asked["content"])
        self.taken[name] = {"type": kind, **asked}
        return {"id": name, "reference": asked.get("reference")}

    def told(self, name: str) -> dict[str, Any]:
        asked = self.taken[name]
        status = self.status.get(name, "sending")
        return {"id": name, "reference": asked.get("reference"), "type": asked["type"], "status": status}


def _handler(service: NotifyService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not self._known():
                return
            if service.answer:
                self._refuse(*service.answer)
                return
            answer = service.take(self.path.rpartition("/")[2], asked)
            if service.lose_answer:
                self.close_connection = True
                return
            self._say(201, answer)

        def do_GET(self) -> None:
            if not self._known():
                return
            parts = urlsplit(self.path)
            name = parts.path.rpartition("/")[2]
            if name in service.taken:
                self._say(200, service.told(name))
                return
            [reference] = parse_qs(parts.query)["reference"]
            found = [service.told(name) for name, asked in service.taken.items() if asked["reference"] == reference]
            self._say(200, {"notifications": found, "links": {"current": self.path}})

        def _known(self) -> bool:
            import jwt

            token = self.headers["Authorization"].removeprefix("Bearer ")
            try:
                claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
            except jwt.InvalidTokenError:
                claims = {}
            if claims.get("iss") == SERVICE:
                return True
            self._refuse(403, "Invalid token: API key not found")
            return False

        def _refuse(self, code: int, words: str) -> None:
            self._say(code, {"status_code": code, "errors": [{"error": "BadRequestError", "message": words}]})

        def _say(self, code: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def notify_service() -> Iterator[NotifyService]:
    service = NotifyService()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    service.url = f"http://127.0.0.1:{server.server_port}"
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        yield service
    finally:
        server.shutdown()
        running.join()
        server.server_close()
