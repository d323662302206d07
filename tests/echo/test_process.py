"""One real child process: `python -m fim_lsp.echo`, over real pipes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fim_lsp.echo.echo import Echo
from fim_lsp.echo.process import Process, spawn_child
from fim_lsp.text import Document, Place, document

_FIELDS = "".join(
    f"    record.field{number} = source.read(kind{number})\n" for number in range(300)
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text(f"def fill(record, source):\n{_FIELDS}", "utf-8")
    (folder / "b.py").write_text(f"def again(record, source):\n{_FIELDS}", "utf-8")
    (folder / "secret.py").write_text("token = forbidden_words\n" * 9, "utf-8")
    return folder


@pytest.fixture
async def children() -> AsyncIterator[list[Process]]:
    started: list[Process] = []
    yield started
    async with asyncio.timeout(5):
        for process in started:
            await process.wait()


def _ask(folder: Path, text: str) -> tuple[Document, Place]:
    made = document((folder / "new.py").as_uri(), "python", 1, text)
    last = len(made.lines) - 1
    return made, Place(last, len(made.lines[last]))


async def test_a_real_child_reads_guesses_and_ends_with_us(
    workspace: Path, tmp_path: Path, children: list[Process]
) -> None:
    async def spawn() -> Process:
        children.append(await spawn_child())
        return children[-1]

    async def at_once(_seconds: float) -> None:
        pass

    echo = Echo(
        workspace,
        may_read=lambda path: path.name != "secret.py",
        home=tmp_path / "home",
        sleep=at_once,
        spawn=spawn,
    )
    try:
        assert await echo.ready(near=workspace / "a.py")
        head = "def once(record, source, kind7):\n    record.field7 = source.re"
        found = await echo.guess(*_ask(workspace, head), invoked=True)
        assert found is not None
        assert "ad(kind7)".startswith(found.text)
        assert found.source.endswith(".py:9")

        secret = await echo.guess(*_ask(workspace, "token = for"), invoked=True)
        assert secret is None

        opened = "use(wooden_spoon, silver_fork)\n\nuse(wooden_spoon, sil"
        echo.overlay(_ask(workspace, opened)[0])
        found = None
        async with asyncio.timeout(5):
            while found is None:
                found = await echo.guess(*_ask(workspace, opened), invoked=True)
        assert "ver_fork)".startswith(found.text)
    finally:
        await echo.aclose()


async def test_the_child_ends_when_its_pipe_does(children: list[Process]) -> None:
    """So it cannot outlive a server that was killed."""
    child = await spawn_child()
    children.append(child)
    assert child.stdin is not None
    child.stdin.close()
    assert await child.wait() == 0
