"""OpenViking, a service that finds memories by their meaning. Speaks its HTTP API and nothing else of it.

Source of the API: its documentation, "API Reference" (resources, filesystem, retrieval, system), and what
`openviking-server` 0.5.2 answered (`tests/integration/test_openviking.py`). A memory is a resource of its own
under `viking://resources/roku/`, brought by the upload that the service supports wherever it runs, so it
makes no difference whether that is this machine. Every answer is an envelope,
`{"status": "ok", "result": …}`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import quote

import msgspec

from roku_desktop.engine.errors import CredentialError, MemoryServiceError, ProviderError
from roku_desktop.engine.providers.transport import Transport, header_value
from roku_desktop.engine.records import Memory
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import MEMORY_KEY, MemorySettings, NetworkSettings, Resilience

NAME: Final = MEMORY_KEY
_ROOT: Final = "viking://resources/roku"
_LIMITS: Final = Resilience(
    connect_timeout_s=1.0,
    first_byte_timeout_s=5.0,
    idle_timeout_s=5.0,
    progress_timeout_s=5.0,
    stream_timeout_s=5.0,
)
_PATIENCE_S: Final = 25.0
"""How much longer a write may take: it answers when the text can be found. Nobody waits for it."""
_MOST_CHARS_OF_A_QUERY: Final = 1_000
"""A model that turns a text into its meaning refuses what it can't hold, and the service then fails."""
_WHOLE_TEXT: Final = 2
"""The level of what was brought, beside summaries that the service may have made of it."""
_NOT_THIS_ONE: Final = frozenset({400, 409, 413, 422})
"""The service is well, but does not take this memory as it is, or is still busy with it (409)."""
_NOT_FOUND: Final = 404
_OURS: Final = re.compile(re.escape(_ROOT) + r"/(mem_\w+)")


class _Hit(msgspec.Struct):
    uri: str
    score: float = 0.0


class _Found(msgspec.Struct):
    memories: list[_Hit] = []
    resources: list[_Hit] = []


class OpenViking:
    """`key` gives the service's API key, None where it wants none."""

    name = NAME

    def __init__(
        self, settings: MemorySettings, network: NetworkSettings, key: Callable[[], Awaitable[str | None]]
    ) -> None:
        self._url = settings.url.rstrip("/")
        self._key = key
        self._transport = Transport(provider=NAME, base_url=self._url, network=network, limits=_LIMITS)

    async def check(self) -> None:
        await self._ask("GET", "/health")

    async def find(self, query: str, limit: int) -> list[tuple[str, float]]:
        query = query[:_MOST_CHARS_OF_A_QUERY].strip()
        if not query:
            return []  # as with an image alone; the service would call it a mistake
        asked = {"query": query, "target_uri": _ROOT, "limit": limit, "level": _WHOLE_TEXT}
        answer = await self._ask("POST", "/api/v1/search/find", msgspec.json.encode(asked))
        try:
            found = msgspec.convert(answer, _Found)
        except msgspec.ValidationError as error:
            raise self._trouble(f"answered a search in a form that is not its own ({error})") from None
        best: dict[str, float] = {}
        for hit in (*found.memories, *found.resources):
            ours = _OURS.match(hit.uri)
            if ours:
                best[ours[1]] = max(hit.score, best.get(ours[1], 0.0))
        return sorted(best.items(), key=lambda item: -item[1])

    async def put(self, memory: Memory) -> bool:
        uploaded = await self._ask(
            "POST",
            "/api/v1/resources/temp_upload",
            # The id is random and younger than the text, which can't contain it.
            _form_of_a_file(f"{memory.memory_id}.md", memory.text, boundary=memory.memory_id),
            content_type=f"multipart/form-data; boundary={memory.memory_id}",
        )
        file_id = uploaded.get("temp_file_id") if isinstance(uploaded, dict) else None
        if not isinstance(file_id, str):
            raise self._trouble("took a file and did not say under which name")
        resource = {
            "temp_file_id": file_id,
            "to": f"{_ROOT}/{memory.memory_id}",
            "wait": True,  # without, it says yes to what it may fail to find later
            "processing_mode": "vectors_only",  # a note is its own summary
        }
        body = msgspec.json.encode(resource)
        status, answer = await self._exchanged("POST", "/api/v1/resources", body, patience_s=_PATIENCE_S)
        return self._taken(status, answer)

    async def remove(self, memory_id: str) -> bool:
        uri = quote(f"{_ROOT}/{memory_id}", safe="")
        status, answer = await self._exchanged("DELETE", f"/api/v1/fs?uri={uri}&recursive=true")
        return status == _NOT_FOUND or self._taken(status, answer)

    def _taken(self, status: int, answer: bytes) -> bool:
        if status in _NOT_THIS_ONE:
            return False
        self._result(status, answer)
        return True

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _ask(
        self, method: str, path: str, body: bytes | None = None, *, content_type: str = "application/json"
    ) -> Any:
        """Return the `result` of the answer. Raises `MemoryServiceError` for all that can go wrong."""
        return self._result(*await self._exchanged(method, path, body, content_type=content_type))

    async def _exchanged(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = "application/json",
        patience_s: float = 0.0,
    ) -> tuple[int, bytes]:
        """Return status and body. Raises `MemoryServiceError` where none came, or the key is refused."""
        try:
            headers = await self._headers(content_type if body else "")
            asking = self._transport.exchange(
                method, self._url + path, headers=headers, content=body, patience_s=patience_s
            )
            async with asking as exchange:
                head = await exchange.head()
                pieces = []
                while piece := await exchange.read():
                    pieces.append(piece)
        except (ProviderError, CredentialError) as error:
            raise MemoryServiceError(said("OpenViking can't be asked: {error}", error=error)) from error
        if head.status_code in {401, 403}:
            raise self._trouble("refuses the key: put the right one into ROKU_OPENVIKING_API_KEY")
        return head.status_code, b"".join(pieces)

    def _result(self, status: int, body: bytes) -> Any:
        try:
            answer = msgspec.json.decode(body)
        except msgspec.DecodeError:
            answer = None
        if not isinstance(answer, dict):
            raise self._trouble(f"answered {status} with something that is not its JSON")
        if status >= 400 or answer.get("status") != "ok":
            error = answer.get("error")
            said = error.get("message", "") if isinstance(error, dict) else ""
            raise self._trouble(f"answered {status}" + (f": {said}" if said else ""))
        return answer.get("result")

    async def _headers(self, content_type: str) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        key = header_value(await self._key() or "")
        if key:
            headers["X-API-Key"] = key
        return headers

    def _trouble(self, what: str) -> MemoryServiceError:
        return MemoryServiceError(said("OpenViking at {url} {what}.", url=self._url, what=what))


def _form_of_a_file(name: str, text: str, boundary: str) -> bytes:
    """RFC 7578, with one part."""
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: text/markdown; charset=utf-8\r\n\r\n"
    )
    return f"{head}{text}\r\n--{boundary}--\r\n".encode(errors="replace")
