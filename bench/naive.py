"""The server to compare with: what one writes in an hour with pygls and httpx.

pygls' own documents, a request to the endpoint for each request of the editor, no
cache, no debounce.  `python -m bench.naive URL` serves standard input and output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

PREFIX, SUFFIX = 4000, 2000  # characters


def create(url: str) -> LanguageServer:
    server = LanguageServer("naive", "1")
    client = httpx.AsyncClient()

    @server.feature(
        lsp.TEXT_DOCUMENT_INLINE_COMPLETION,
        lsp.InlineCompletionOptions(),
    )
    async def complete(
        ls: LanguageServer, params: lsp.InlineCompletionParams
    ) -> lsp.InlineCompletionList:
        document = ls.workspace.get_text_document(params.text_document.uri)
        at = document.offset_at_position(params.position)
        text = document.source
        body = {
            "model": "fake",
            "prompt": text[max(0, at - PREFIX) : at],
            "suffix": text[at : at + SUFFIX],
            "max_tokens": 128,
            "stream": True,
        }
        answer = await _answer(client, url, body)
        place = lsp.Range(params.position, params.position)
        return lsp.InlineCompletionList([lsp.InlineCompletionItem(answer, range=place)])

    return server


async def _answer(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> str:
    answer = ""
    async with client.stream("POST", f"{url}/completions", json=body) as response:
        async for line in response.aiter_lines():
            data = line.removeprefix("data: ")
            if data in {line, "[DONE]"}:
                continue
            for choice in json.loads(data)["choices"]:
                answer += choice["text"]
    return answer


if __name__ == "__main__":
    create(sys.argv[1]).start_io()
