"""Chat actions that write a new file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ...harness.fake_api import FakeApi
from ...harness.pair import Pair
from .project import argument, begin


async def test_a_new_file_is_created_and_filled_in_one_step(
    client: Pair, api: FakeApi, source: Path
) -> None:
    editor = await begin(client, source.parent)
    api.answer = "```python\ndef test_f():\n    assert f() == 1\n```"
    assert (await editor.act(argument(source, "tests")))["outcome"] == "edited"
    create, fill = editor.edits[0]["documentChanges"]
    assert (create["kind"], create["uri"]) == ("create", fill["textDocument"]["uri"])
    assert create["uri"].endswith("/test_main.py")
    assert create["options"] == {"overwrite": False, "ignoreIfExists": False}
    assert "annotationId" not in create
    assert fill["edits"][0]["newText"].startswith("def test_f():\n")
    await editor.progress()


async def test_a_new_file_is_announced_where_the_client_can_show_it(
    client: Pair, api: FakeApi, source: Path
) -> None:
    workspace = {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create"],
            "changeAnnotationSupport": {},
        },
    }
    editor = await begin(client, source.parent, capabilities={"workspace": workspace})
    api.answer = "```python\ndef test_f():\n    assert f() == 1\n```"
    await editor.act(argument(source, "tests"))
    create, _ = editor.edits[0]["documentChanges"]
    note = editor.edits[0]["changeAnnotations"][create["annotationId"]]
    assert note["label"] == "New file test_main.py"


async def test_a_file_that_came_meanwhile_is_not_written_over(
    client: Pair, api: FakeApi, source: Path
) -> None:
    editor = await begin(client, source.parent)
    api.answer = "```python\ndef test_f():\n    assert f() == 1\n```"
    api.hold = asyncio.Event()
    id_ = editor.send(argument(source, "tests"))
    await api.arrived.wait()
    (source.parent / "test_main.py").write_text("mine\n")
    api.hold.set()
    result = await client.answer(id_)
    assert "created meanwhile" in result["reason"]
    assert editor.edits == []
    await client.expect("window/showMessage")
    await editor.progress()
