"""Somebody who completes and chats in a server of their own, over a fake endpoint."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping
from typing import Any

from fim_lsp.completion.decision import Offer, Trigger
from fim_lsp.completion.request import Ask
from fim_lsp.money.counts import CountKey, Counts
from fim_lsp.session.session import Session
from fim_lsp.text import Edit, Place, apply, document

from .fake_api import FakeApi
from .model_script import Seen

NOON = 1_795_000_000.0
PAD = "".join(f"value_{n} = compute({n})\n" for n in range(40))
ENVIRON = {"DEEPSEEK_API_KEY": "sk-of-nobody"}


async def no_sleep(_seconds: float) -> None:
    await asyncio.sleep(0)


class QuickApi(FakeApi):
    """Counts without comparing each prompt with all before it."""

    def usage(self, text: str, seen: Seen) -> dict[str, Any]:
        earlier, self.requests[:] = self.requests[:], [seen]
        try:
            found = super().usage(text, seen)
        finally:
            self.requests[:] = earlier
        found["prompt_cache_hit_tokens"] = found["prompt_tokens"] // 128 * 64
        return found


class User:
    """Somebody who completes in one server."""

    numbers = itertools.count()

    def __init__(
        self,
        api: FakeApi | None,
        *,
        now: Callable[[], float] = lambda: NOON,
        clock: Callable[[], float] = time.monotonic,
        environ: Mapping[str, str] = ENVIRON,
        **values: Any,
    ) -> None:
        self.session = Session(
            environ=environ,
            transport=api,
            now=now,
            clock=clock,
            sleep=no_sleep,
            random=lambda: 0.0,
        )
        self.session.settings.set_editor({"fallback": [], **values})
        self.problems = self.session.settings.problems
        self.statuses: list[tuple[str, str | None]] = []
        self.session.on_status = lambda status: self.statuses.append(
            (status.kind, status.reason)
        )

    async def complete(self, trigger: Trigger = Trigger.INVOKED) -> Offer:
        """A completion in a document that nobody has seen yet."""
        number = next(self.numbers)
        uri = f"file:///project/module_{number}.py"
        text = f"{PAD}total_{number} = "
        opened = document(uri, "python", 1, text)
        self.session.opened(opened)
        place = Place(len(opened.lines) - 1, len(opened.lines[-1]))
        return await self.session.suggest(Ask(opened, place, trigger))

    def accept(self, offer: Offer) -> None:
        item, number = offer.suggestions[0], next(self.numbers)
        before = document(offer.decision.uri, "python", 1, self._text(offer))
        edit = Edit(item.span, item.text)
        self.session.changed(before, apply(before, [edit], number), [edit])

    def _text(self, offer: Offer) -> str:
        number = offer.decision.uri.rpartition("_")[2].removesuffix(".py")
        return f"{PAD}total_{number} = "

    async def table(self) -> Mapping[CountKey, Counts]:
        """What this server knows of today, once it has looked."""
        ledger = self.session.money.ledger
        await ledger.since(ledger.day)
        return ledger.today()


def counted(api: FakeApi, what: str) -> int:
    return sum(usage[what] for usage in api.usages)
