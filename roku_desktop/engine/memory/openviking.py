"""OpenViking, a service that finds memories by their meaning. Speaks its HTTP API and nothing else of it.

Source of the API: its documentation, "API Reference" (resources, filesystem, retrieval, system). A memory
is a resource of its own under `viking://resources/roku/`, brought by the upload that the service supports
wherever it runs, so it makes no difference whether that is this machine. Every answer is an envelope,
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
        body = msgspec.json.encode({"query": query, "target_uri": _ROOT, "limit": limit})
        answer = await self._ask("POST", "/api/v1/search/find", body)
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

    async def put(self, memory: Memory) -> None:
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
        resource = {"temp_file_id": file_id, "to": f"{_ROOT}/{memory.memory_id}"}
        await self._ask("POST", "/api/v1/resources", msgspec.json.encode(resource))

    async def remove(self, memory_id: str) -> None:
        uri = quote(f"{_ROOT}/{memory_id}", safe="")
        await self._ask("DELETE", f"/api/v1/fs?uri={uri}&recursive=true", may_be_missing=True)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = "application/json",
        may_be_missing: bool = False,
    ) -> Any:
        """Return the `result` of the answer. Raises `MemoryServiceError` for all that can go wrong."""
        try:
            headers = await self._headers(content_type if body else "")
            url = self._url + path
            async with self._transport.exchange(method, url, headers=headers, content=body) as exchange:
                head = await exchange.head()
                pieces = []
                while piece := await exchange.read():
                    pieces.append(piece)
        except (ProviderError, CredentialError) as error:
            raise MemoryServiceError(said("OpenViking can't be asked: {error}", error=error)) from error
        if head.status_code == 404 and may_be_missing:
            return None
        if head.status_code in {401, 403}:
            raise self._trouble("refuses the key: put the right one into ROKU_OPENVIKING_API_KEY")
        return self._result(head.status_code, b"".join(pieces))

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
