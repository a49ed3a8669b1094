"""OpenViking's HTTP API over real sockets, as its documentation has it, with the ways it can go wrong.

Only what the client uses: health, find, temp_upload, resources, rm. What is found are the resources that
share a word with the query, so that a test can tell them from what SQLite would find.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from tests.support.fault_connection import Request, read_request

Trouble = Literal["", "500", "hang", "garbage", "cut", "401"]


class FakeOpenViking:
    """Attributes:
    resources: URI → text, as they are now.
    requests: (method, path) of all requests so far.
    trouble: what goes wrong with every request from now on; "" = nothing.
    """

    def __init__(self, *, key: str = "") -> None:
        self.resources: dict[str, str] = {}
        self.requests: list[tuple[str, str]] = []
        self.trouble: Trouble = ""
        self.asked = asyncio.Condition()
        self._key = key
        self._uploads: dict[str, str] = {}
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """As after a kill: nobody listens, and all connections are gone."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(reader, 0)) is not None:
                async with self.asked:
                    self.requests.append((request.method, request.path.partition("?")[0]))
                    self.asked.notify_all()
                if self.trouble == "hang":
                    await asyncio.Event().wait()
                if self.trouble == "cut":
                    return
                status, body = self._answer(request)
                head = (
                    f"HTTP/1.1 {status} Any\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
                )
                writer.write(head.encode() + b"\r\n\r\n" + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    def _answer(self, request: Request) -> tuple[int, bytes]:
        if self.trouble == "garbage":
            return 200, b"<html>a proxy's own page</html>"
        if self.trouble == "500":
            return 500, _error("INTERNAL", "the index is broken")
        path = request.path.partition("?")[0]
        if path == "/health":
            return 200, json.dumps({"status": "ok", "healthy": True}).encode()
        if self.trouble == "401" or (self._key and request.headers.get("x-api-key") != self._key):
            return 401, _error("UNAUTHENTICATED", "Invalid API key")
        match (request.method, path):
            case ("POST", "/api/v1/search/find"):
                return 200, _ok(self._found(request.json()))
            case ("POST", "/api/v1/resources/temp_upload"):
                return 200, _ok({"temp_file_id": self._uploaded(request)})
            case ("POST", "/api/v1/resources"):
                asked = request.json()
                self.resources[asked["to"]] = self._uploads.pop(asked["temp_file_id"])
                return 200, _ok({"status": "success", "root_uri": asked["to"]})
            case ("DELETE", "/api/v1/fs"):
                (uri,) = parse_qs(urlsplit(request.path).query)["uri"]
                if self.resources.pop(uri, None) is None:
                    return 404, _error("NOT_FOUND", f"File not found: {uri}")
                return 200, _ok({"uri": uri})
            case _:
                return 404, _error("NOT_FOUND", "Not Found")

    def _found(self, asked: dict[str, Any]) -> dict[str, Any]:
        words = set(asked["query"].lower().split())
        hits: list[dict[str, Any]] = [
            {"uri": f"{uri}/part.md", "context_type": "resource", "abstract": text, "score": len(shared) / 10}
            for uri, text in self.resources.items()
            if uri.startswith(asked["target_uri"]) and (shared := words & set(text.lower().split()))
        ]
        hits.sort(key=lambda hit: -hit["score"])
        return {"memories": [], "resources": hits[: asked["limit"]], "skills": [], "total": len(hits)}

    def _uploaded(self, request: Request) -> str:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        form = email.message_from_bytes(head + request.body, policy=email.policy.HTTP)
        (part,) = form.iter_parts()
        assert part.get_param("name", header="content-disposition") == "file"
        file_id = f"upload_{len(self._uploads)}_{part.get_filename()}"
        self._uploads[file_id] = part.get_content().removesuffix("\n")
        return file_id


def _ok(result: object) -> bytes:
    return json.dumps({"status": "ok", "result": result}).encode()


def _error(code: str, message: str) -> bytes:
    return json.dumps({"status": "error", "error": {"code": code, "message": message}}).encode()
