"""The reference: what a careful person would write with httpx alone, no engine.

`COLD_PROGRAM` is ten lines that print a stream, and two that hide httpx's own command line: httpx loads
it where click and rich happen to be installed, as they are here for development, and that takes 40 ms.
A person has neither, so the reference is measured as it is without. `RawClient` reads the same stream
inside a process, decodes SSE from bytes and JSON by hand, and keeps nothing.
"""

import json
import time
from types import TracebackType
from typing import Self

import httpx

BODY = {"model": "test-model", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}

COLD_PROGRAM = """
import sys
sys.modules["httpx._main"] = None
import asyncio, json, httpx
async def main():
    body = {"model": "test-model", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    async with httpx.AsyncClient() as client:
        async with client.stream("POST", sys.argv[1] + "/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    for choice in json.loads(line[6:])["choices"]:
                        print(choice["delta"].get("content") or "", end="", flush=True)
asyncio.run(main())
"""


class RawClient:
    """Reads a stream with httpx; one keep-alive client."""

    def __init__(self, base_url: str) -> None:
        self._url = base_url + "/chat/completions"
        self._client = httpx.AsyncClient()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def read(self) -> tuple[str, float]:
        """Return the whole text, and the seconds from asking to its first piece."""
        started, first_s = time.perf_counter(), 0.0
        texts: list[str] = []
        waiting = b""
        async with self._client.stream("POST", self._url, json=BODY) as response:
            async for piece in response.aiter_bytes():
                *events, waiting = (waiting + piece).split(b"\n\n")
                for event in events:
                    text = _text_of(event)
                    if text and not texts:
                        first_s = time.perf_counter() - started
                    if text:
                        texts.append(text)
        return "".join(texts), first_s


def _text_of(event: bytes) -> str:
    data = event.removeprefix(b"data: ")
    if data == b"[DONE]":
        return ""
    choices = json.loads(data)["choices"]
    return (choices[0]["delta"].get("content") or "") if choices else ""
