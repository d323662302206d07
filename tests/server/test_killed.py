"""A server that is killed has written down what its answers cost."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ..harness.raw_client import spawn
from ..harness.socket_api import SocketApi

KEPT = ("PATH", "SYSTEMROOT", "PYTHONPATH", "LD_LIBRARY_PATH")
TEXT = "def add_numbers(first, second):\n    return \n"


async def test_a_paid_answer_is_in_the_ledger_without_any_shutdown(
    tmp_path: Path,
) -> None:
    home = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA")}
    environ = {name: os.environ[name] for name in KEPT if name in os.environ} | home
    ledgers = tmp_path.rglob
    with SocketApi(answer="first + second").threaded() as api:
        settings = {"providers": {"deepseek": {"baseUrl": api.url}}}
        environ["DEEPSEEK_API_KEY"] = "key-of-nobody"
        async with spawn(environ) as client:
            await client.initialize(initializationOptions=settings)
            document = {
                "uri": "file:///project/a.py",
                "languageId": "python",
                "version": 1,
                "text": TEXT,
            }
            await client.send(
                method="textDocument/didOpen", params={"textDocument": document}
            )
            await client.send(
                id=1,
                method="textDocument/inlineCompletion",
                params={
                    "textDocument": {"uri": document["uri"]},
                    "position": {"line": 1, "character": 11},
                    "context": {"triggerKind": 1},
                },
            )
            answer = await client.answer(1)
            assert answer["result"]["items"], answer
            async with asyncio.timeout(20):
                while not any(map(requests_in, ledgers("ledger.sqlite3"))):  # noqa: ASYNC110 - another process writes
                    await asyncio.sleep(0)
            client.process.kill()
            await client.process.wait()
    (ledger,) = ledgers("ledger.sqlite3")
    assert requests_in(ledger) == 1


def requests_in(ledger: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as file:
            return int(
                file.execute("SELECT sum(requests) FROM counts").fetchone()[0] or 0
            )
    except sqlite3.OperationalError:
        return 0
