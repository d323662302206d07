"""A model that knows the file, and is right with a given probability a token."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field

from fim_lsp.api.requests import Delta, FimRequest, Usage

from .keys import Trace
from .prompt_cache import CHARS_PER_TOKEN

FIRST_TOKEN, TOKEN = 0.250, 0.012  # seconds
# With the white space before it, about four characters each.
_TOKEN = re.compile(r"\s*(?:\w{1,6}|[^\w\s]{1,2})|\s+")
_WORD = re.compile(r"\w{1,6}")


@dataclass
class Model:
    """`prompts` keeps every prompt that was sent, as (prefix, suffix)."""

    trace: Trace
    accuracy: float
    salt: int
    first_token: float = FIRST_TOKEN
    token: float = TOKEN
    prompts: list[tuple[str, str]] = field(default_factory=list)

    async def stream(self, request: FimRequest) -> AsyncGenerator[Delta, None]:
        self.prompts.append((request.prefix, request.suffix))
        await asyncio.sleep(self.first_token)
        got, finish = 0, "stop"
        for number, token in enumerate(self.tokens(request.prefix)):
            if number == (request.max_tokens or 0):
                finish = "length"
                break
            if number:
                await asyncio.sleep(self.token)
            got += 1
            yield Delta(text=token)
        sent = (len(request.prefix) + len(request.suffix)) // CHARS_PER_TOKEN
        yield Delta(finish_reason=finish, usage=Usage(sent, got))

    def tokens(self, prefix: str) -> Iterator[str]:
        """What it says after `prefix`: the file's text, with mistakes.

        A mistake is another word of the file in the place of the right one; then it
        goes on with what follows in the file.
        """
        start = self._offset(prefix)
        rest = self.trace.text[start:]
        words = sorted(set(_WORD.findall(self.trace.text)))
        for number, match in enumerate(_TOKEN.finditer(rest)):
            rng = random.Random(f"{self.trace.name} {self.salt} {start} {number}")
            token = match[0]
            if rng.random() < self.accuracy:
                yield token
            else:
                bare = token.lstrip()
                space = token[: len(token) - len(bare)]
                yield space + rng.choice([word for word in words if word != bare])

    def _offset(self, prefix: str) -> int:
        """How much of the text is typed in front of the cursor."""
        whole = self.trace.head + self.trace.text
        at = whole.find(prefix)
        assert at >= 0, "the prompt is not a piece of the file"
        return max(0, at + len(prefix) - len(self.trace.head))
