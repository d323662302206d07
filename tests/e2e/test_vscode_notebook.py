"""Notebooks in a real VS Code: a cell is completed as a part of its notebook."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.e2e.vscode.scene import Scene, in_chat, picture
from tests.harness.model_script import Seen


def code(source: str, printed: str = "") -> dict[str, Any]:
    """A cell; one that has `printed` something was run."""
    output = {"output_type": "stream", "name": "stdout", "text": [printed]}
    return {
        "cell_type": "code",
        "execution_count": 1 if printed else None,
        "metadata": {},
        "outputs": [output] if printed else [],
        "source": source.splitlines(keepends=True),
    }


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": [source]}


def open_notebook(scene: Scene, name: str, *cells: dict[str, Any]) -> None:
    metadata = {"language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4}
    path = scene.window.folder / name
    path.write_text(json.dumps({**notebook, "nbformat_minor": 5}))
    scene.window.do("notebook", path=str(path))


def until_saved(scene: Scene, name: str, *expected: str) -> list[str]:
    """The texts of the cells of a notebook once they are those, else what they are."""
    texts: list[str] = []
    for _ in range(20):
        saved = json.loads(scene.window.saved(name))
        texts = ["".join(cell["source"]) for cell in saved["cells"]]
        if texts == list(expected):
            break
    return texts


def when(prompt: str, answer: str) -> Any:
    """A model that writes `answer` where the prompt ends so, and else nothing."""
    return lambda seen: answer if str(seen.body["prompt"]).endswith(prompt) else ""


def prompts(calls: Iterable[Seen]) -> str:
    return "\n".join(json.dumps(call.body, ensure_ascii=False) for call in calls)


def test_ghost_text_in_a_cell_knows_the_cell_before(vscode: Scene) -> None:
    """The model of this test answers only where the whole prompt is the notebook."""
    source = "prices = [3, 4.5]\nprint(sum(prices))"
    before = f"# # Prices\n\n{source}\n\n"
    vscode.api.answer = when(f"{before}average = s", "um(prices) / len(prices)")
    open_notebook(
        vscode,
        "ghost.ipynb",
        markdown("# Prices"),
        code(source, printed="7.5"),
        code("average = "),
    )
    vscode.window.do("cell", number=1)
    vscode.window.type("s")
    rest = "um(prices) / len(prices)"
    assert vscode.window.ghost(rest) == rest
    picture(vscode, "notebook", x=0, y=60, width=620, height=330)
    vscode.window.press("Tab")
    whole = (
        "# Prices",
        source,
        "average = sum(prices) / len(prices)",
    )
    assert until_saved(vscode, "ghost.ipynb", *whole) == list(whole)
    assert "7.5" not in prompts(vscode.api.calls)


def test_a_changed_cell_before_asks_another_question(vscode: Scene) -> None:
    vscode.api.answer = when("len(total", ")")
    open_notebook(vscode, "asks.ipynb", code("total = 1"), code("print(len("))
    vscode.window.do("cell", number=0)
    vscode.window.type("2")
    vscode.window.do("cell", number=1)
    vscode.api.answer = when("total = 12\n\nprint(len(t", "otal))")
    vscode.window.type("t")
    assert vscode.window.ghost("otal)").startswith("otal)")
    vscode.window.press("Tab")
    whole = ("total = 12", "print(len(total))")
    assert until_saved(vscode, "asks.ipynb", *whole) == list(whole)


def test_a_new_cell_is_completed_from_its_first_key(vscode: Scene) -> None:
    vscode.api.answer = when("distance = 4200\n\np", "rint(distance)")
    open_notebook(vscode, "new.ipynb", code("distance = 4200"))
    vscode.window.do("cell", number=0)
    vscode.window.run("Notebook: Insert Code Cell Below")
    vscode.window.do("cell", number=1)
    vscode.window.type("p")
    assert vscode.window.ghost("rint(distance)") == "rint(distance)"
    vscode.window.press("Tab")
    whole = ("distance = 4200", "print(distance)")
    assert until_saved(vscode, "new.ipynb", *whole) == list(whole)


def test_an_action_edits_its_own_cell_and_is_undone(vscode: Scene) -> None:
    after = 'def double(x):\n    """Twice x."""\n    return x * factor'
    vscode.api.answer = in_chat(f"```python\n{after}\n```")
    before = "def double(x):\n    return x * factor"
    open_notebook(vscode, "act.ipynb", code("factor = 2"), code(before))
    vscode.window.do("cell", number=1)
    vscode.window.press("Control+a")
    vscode.window.do("actions", title="Document")
    vscode.window.do("choose", title="Document")
    factor = "factor = 2"
    assert until_saved(vscode, "act.ipynb", factor, after) == [factor, after]
    assert "factor = 2" in prompts(vscode.api.calls[-1:])
    vscode.window.press("Control+z")
    assert until_saved(vscode, "act.ipynb", factor, before) == [factor, before]


def test_a_notebook_that_git_ignores_is_not_sent(vscode: Scene) -> None:
    (vscode.window.folder / ".git").mkdir()
    (vscode.window.folder / ".gitignore").write_text("private.ipynb\n")
    vscode.api.answer = when("s", "um(prices)")
    open_notebook(vscode, "private.ipynb", code("prices = [1, 2]"), code("average = "))
    calls = vscode.calls()
    vscode.window.do("cell", number=1)
    vscode.window.type("s")
    assert vscode.window.ghost(seconds=2) == ""
    assert vscode.calls() == calls
    vscode.window.run("fim-lsp: Why This Completion, or None?")
    assert "git ignores" in vscode.window.screen("git ignores")
    vscode.window.press("Control+w")
