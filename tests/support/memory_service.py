"""OpenViking's HTTP API over real sockets, as version 0.5.2 answered, with the ways it can go wrong.

Only what the client uses: health, find, temp_upload, resources, rm. What is found are the resources that
share a word with the query, so that a test can tell them from what SQLite would find. That the real one
answers the same is shown by `tests/integration/test_openviking.py`.
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

_MODEL_HOLDS_CHARS = 3_000


class FakeOpenViking:
    """Attributes:
    resources: URI → text, as they are now.
    requests: (method, path) of all requests so far.
    trouble: what goes wrong with every request from now on; "" = nothing.
    busy_with: words of memories that it is still busy with, as it is after it took one without waiting.
    """

    def __init__(self, *, key: str = "") -> None:
        self.resources: dict[str, str] = {}
        self.requests: list[tuple[str, str]] = []
        self.trouble: Trouble = ""
        self.busy_with: set[str] = set()
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
            return 200, json.dumps({"status": "ok", "healthy": True, "version": "0.5.2"}).encode()
        if self.trouble == "401" or (self._key and request.headers.get("x-api-key") != self._key):
            return 401, _error("UNAUTHENTICATED", "Invalid API key")
        match (request.method, path):
            case ("POST", "/api/v1/search/find"):
                return self._found(request.json())
            case ("POST", "/api/v1/resources/temp_upload"):
                return 200, _ok({"temp_file_id": self._uploaded(request)})
            case ("POST", "/api/v1/resources"):
                return self._taken(request.json())
            case ("DELETE", "/api/v1/fs"):
                (uri,) = parse_qs(urlsplit(request.path).query)["uri"]
                if self._is_busy_with(self.resources.get(uri, "")):
                    return 409, _error("CONFLICT", f"Resource is being processed: {uri}", retryable=True)
                there = self.resources.pop(uri, None) is not None
                return 200, _ok({"uri": uri, "estimated_deleted_count": int(there)})
            case _:
                return 404, _error("NOT_FOUND", "Not Found")

    def _is_busy_with(self, text: str) -> bool:
        return bool(self.busy_with & set(text.split()))

    def _taken(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        assert asked.keys() <= {"temp_file_id", "to", "wait", "processing_mode"}, "it forbids what it can't"
        assert asked["wait"], "else it may fail after it said yes"
        text = self._uploads.pop(asked["temp_file_id"])
        if self._is_busy_with(text):
            return 409, _error("CONFLICT", "lock acquire timed out after 0ms", retryable=True)
        self.resources[asked["to"]] = text
        return 200, _ok({"status": "success", "errors": [], "root_uri": asked["to"], "context_count": 1})

    def _found(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        assert asked.keys() <= {"query", "target_uri", "limit", "level"}
        if not asked["query"].strip():
            return 400, _error("INVALID_ARGUMENT", "Search query or image_url must not be empty")
        if len(asked["query"]) > _MODEL_HOLDS_CHARS:
            return 503, _error("UNAVAILABLE", "Upstream model service unavailable (HTTP 500): too large")
        words = set(asked["query"].lower().split())
        hits: list[dict[str, Any]] = [
            {
                "context_type": "resource",
                "uri": f"{uri}/{uri.rpartition('/')[2]}.md",
                "level": 2,
                "score": len(shared) / 10,
                "abstract": "",
                "tags": [],
            }
            for uri, text in self.resources.items()
            if uri.startswith(asked["target_uri"]) and (shared := words & set(text.lower().split()))
        ]
        if asked.get("level") is None:  # summaries of folders, whatever was asked for
            hits += [{"uri": f"{uri}/.overview.md", "level": 1, "score": 0.86} for uri in self.resources]
        hits.sort(key=lambda hit: -hit["score"])
        return 200, _ok(
            {"memories": [], "resources": hits[: asked["limit"]], "skills": [], "total": len(hits)}
        )

    def _uploaded(self, request: Request) -> str:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        form = email.message_from_bytes(head + request.body, policy=email.policy.HTTP)
        (part,) = form.iter_parts()
        assert part.get_param("name", header="content-disposition") == "file"
        file_id = f"upload_{len(self._uploads)}_{part.get_filename()}"
        self._uploads[file_id] = part.get_content().removesuffix("\n")
        return file_id


def _ok(result: object) -> bytes:
    return json.dumps({"status": "ok", "result": result, "error": None, "telemetry": None}).encode()


def _error(code: str, message: str, *, retryable: bool = False) -> bytes:
    error = {"code": code, "message": message, "details": {"retryable": True} if retryable else {}}
    return json.dumps({"status": "error", "result": None, "error": error}).encode()
