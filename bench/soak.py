"""Uses one real server for long, and looks at what it leaves behind.

`python -m bench.soak [--keys 300000] [--flights 3000] [--turns 10000] [--seed 1]` does
three things, one after another, each with a server process of its own:

- **keys**: types files of the standard library key by key, with a request at each key;
  types along what is offered, goes back, cancels, closes, opens other files.
- **flights**: asks an endpoint that holds its stream open, and closes the flight after
  0 to 5 ms.
- **turns**: short turns of what an editor does, in random order, while the endpoint
  (`hostile_endpoint.py`) answers each request with something that harms.

It fails where a request has no answer or two, where the server blames itself (-32603)
or does not end when told, where descriptors stay, and where its memory is more than a
tenth above its level after the first 500 completions.  `--keys 0` leaves a part out.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from . import endpoint, hostile_endpoint
from .listening import FAULT, Listening, descriptors, memory
from .lsp import AUTOMATIC, INVOKED, OURS, spawn

# Flights or turns between two looks at memory.
LOOKS_EVERY = 50
# Calls of the endpoint after which memory has its level, and how much more it may
# become.
LEVEL_AFTER, MOST_GROWTH = 500, 1.10
# Descriptors that may be open at the end and were not at the level: a connection that
# is kept, and the files of the ledger.
MORE_DESCRIPTORS = 6
# Modules whose text is typed.
MODULES = ("textwrap", "calendar", "heapq", "bisect", "fractions", "shlex", "queue")
# Keys that are typed into a file before it is closed.
KEYS_A_FILE = 400
# Requests that may wait for an answer at a time.
WAITING = 3
# Seconds in which a flight is closed.
CLOSED_WITHIN = 0.005
# Things that an editor does in one turn, and the longest pause at its end, in seconds.
STEPS = (3, 12)
LONGEST_LOOK = 0.08
# Lines of a file in which flights begin.
LONGEST_FILE = 300


@dataclass
class Outcome:
    """What one part has seen.

    requests: of the editor to the server; calls: of the server to the endpoint.
    Memory is in MiB.
    """

    name: str
    done: int = 0
    requests: int = 0
    calls: int = 0
    wrong: int = 0
    faults: int = 0
    exit_code: int | None = None
    seconds: float = 0.0
    memory_level: float = 0.0
    memory_most: float = 0.0
    memory_end: float = 0.0
    descriptors_level: int = 0
    descriptors_end: int = 0

    def problems(self) -> list[str]:
        growth = self.memory_end / self.memory_level if self.memory_level else 1.0
        more = self.descriptors_end - self.descriptors_level
        checks = {
            f"{self.wrong} requests not answered exactly once": self.wrong > 0,
            f"{self.faults} answers {FAULT}": self.faults > 0,
            f"exit code {self.exit_code}": self.exit_code != 0,
            f"memory grew to {growth:.2f} of its level": growth > MOST_GROWTH,
            f"{more} descriptors stayed": more > MORE_DESCRIPTORS,
            "the endpoint was never asked": self.calls == 0,
        }
        return [problem for problem, is_seen in checks.items() if is_seen]

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.done:,} in {self.seconds:.0f} s, "
            f"{self.requests:,} requests, {self.calls:,} calls of the endpoint, "
            f"{self.wrong} not answered once, "
            f"{self.faults} faults, exit code {self.exit_code}; "
            f"memory {self.memory_level:.0f} MiB at its level, "
            f"{self.memory_most:.0f} at most, {self.memory_end:.0f} at the end; "
            f"descriptors {self.descriptors_level}, {self.descriptors_end} at the end"
        )


class Editor:
    """What an editor does, with one file open at a time."""

    def __init__(self, server: Listening, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.uri = ""
        self.lines = [""]
        self._version = 0

    def initialize(self, settings: dict[str, Any]) -> None:
        root = self.folder.as_uri()
        can = {
            "textDocument": {"inlineCompletion": {}},
            "workspace": {"applyEdit": True},
            "window": {"workDoneProgress": True},
        }
        params = {
            "processId": None,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "soak"}],
            "capabilities": can,
            "initializationOptions": settings,
        }
        self.server.wait_for(self.server.request("initialize", params))
        self.server.notify("initialized", {})

    def open(self, name: str, text: str) -> None:
        self.close()
        self.uri, self._version = (self.folder / name).as_uri(), 1
        self.lines = text.split("\n")
        item = {"uri": self.uri, "languageId": "python", "version": 1, "text": text}
        self.server.notify("textDocument/didOpen", {"textDocument": item})

    def close(self) -> None:
        if self.uri:
            params = {"textDocument": {"uri": self.uri}}
            self.server.notify("textDocument/didClose", params)
            self.uri = ""

    def type(self, text: str) -> None:
        """Type at the end of the document."""
        end = self._end()
        first, *rest = text.split("\n")
        self.lines[-1] += first
        self.lines += rest
        self._change(end, end, text)

    def delete(self, characters: int) -> None:
        """Take characters back from the end of the last line."""
        end = self._end()
        kept = max(0, len(self.lines[-1]) - characters)
        self.lines[-1] = self.lines[-1][:kept]
        self._change({"line": end["line"], "character": kept}, end, "")

    def ask(self, trigger: int, *, keep: bool = False) -> int:
        params = {
            "textDocument": {"uri": self.uri},
            "position": self._end(),
            "context": {"triggerKind": trigger},
        }
        return self.server.request("textDocument/inlineCompletion", params, keep=keep)

    def cancel(self, id_: int) -> None:
        self.server.notify("$/cancelRequest", {"id": id_})

    def command(self, name: str, *arguments: Any) -> int:
        params = {"command": f"fim-lsp.{name}", "arguments": list(arguments)}
        return self.server.request("workspace/executeCommand", params)

    def place(self) -> dict[str, Any]:
        """The last line, as a range of the document."""
        last = len(self.lines) - 1
        start = {"line": last, "character": 0}
        return {"start": start, "end": self._end()}

    def _end(self) -> dict[str, int]:
        return {"line": len(self.lines) - 1, "character": len(self.lines[-1])}

    def _change(self, start: Any, end: Any, text: str) -> None:
        self._version += 1
        params = {
            "textDocument": {"uri": self.uri, "version": self._version},
            "contentChanges": [{"range": {"start": start, "end": end}, "text": text}],
        }
        self.server.notify("textDocument/didChange", params)


class Watch:
    """Follows a server's memory and descriptors into an `Outcome`."""

    def __init__(self, outcome: Outcome, server: Listening, url: str) -> None:
        self._outcome, self._server, self._url = outcome, server, url
        self._began = time.monotonic()

    def look(self, *, is_last: bool = False) -> None:
        pid, outcome = self._server.process.pid, self._outcome
        now = memory(pid)
        outcome.memory_most = max(outcome.memory_most, now)
        if not outcome.memory_level and (is_last or self._calls() >= LEVEL_AFTER):
            outcome.memory_level = now
            outcome.descriptors_level = descriptors(pid)

    def _calls(self) -> int:
        """How often the endpoint was asked."""
        with urlopen(f"{self._url}/count") as answer:  # noqa: S310 - our own endpoint
            return int(answer.read())

    def end(self, done: int) -> Outcome:
        """Look once more when all is quiet, and end the server."""
        time.sleep(2.0)  # streams that nobody wants any more are closed meanwhile
        outcome, server = self._outcome, self._server
        self.look(is_last=True)
        outcome.memory_end = memory(server.process.pid)
        outcome.descriptors_end = descriptors(server.process.pid)
        server.wait_for(server.request("shutdown"))
        server.notify("exit")
        outcome.exit_code = server.close()
        outcome.done, outcome.requests = done, len(server.sent)
        outcome.wrong = len(server.wrong())
        outcome.faults = server.counted()[FAULT]
        outcome.calls = self._calls()
        outcome.seconds = time.monotonic() - self._began
        return outcome


@contextmanager
def editing(url: str, **settings: Any) -> Iterator[Editor]:
    """An editor with a server of its own, in a folder with some modules."""
    library = Path(sysconfig.get_path("stdlib"))
    command = (*OURS, "--log-level", "error")
    with tempfile.TemporaryDirectory() as folder, spawn(command) as server:
        for module in MODULES:
            shutil.copy(library / f"{module}.py", folder)
        editor = Editor(Listening(server.process), Path(folder))
        editor.initialize(configuration(url, **settings))
        yield editor


def configuration(url: str, **settings: Any) -> dict[str, Any]:
    completion = {"provider": "bench", "model": "fake", "debounceMs": 0}
    return {
        "completion": completion,
        "chat": {"provider": "bench", "model": "fake"},
        "providers": {"bench": {"baseUrl": url}},
        **settings,
    }


# The three parts.


def keys(count: int, seed: int) -> Outcome:
    """Type `count` keys, with a request at each."""
    dice, done = random.Random(seed), 0
    outcome = Outcome("keys")
    with endpoint.running() as url, editing(url) as editor:
        watch = Watch(outcome, editor.server, url)
        while done < count:
            done += _type_a_file(editor, dice, count - done)
            watch.look()
        return watch.end(done)


def _type_a_file(editor: Editor, dice: random.Random, most: int) -> int:
    """Type one function's worth of keys into a new file; how many."""
    name = f"{dice.choice(MODULES)}.py"
    text = (editor.folder / name).read_text()
    start = text.find("\n", dice.randrange(max(1, len(text) - KEYS_A_FILE * 2))) + 1
    editor.open(f"typed{dice.randrange(50)}.py", text[:start])
    waiting: list[int] = []
    typed, at, along = 0, start, ""
    while typed < min(most, KEYS_A_FILE) and at < len(text):
        if along:
            editor.type(along[0])
            along = along[1:]
        elif _happens(dice, 0.02):
            editor.delete(dice.randrange(1, 6))
        else:
            editor.type(text[at])
            at += 1
        typed += 1
        trigger = INVOKED if _happens(dice, 0.1) else AUTOMATIC
        keep = _happens(dice, 0.01)
        waiting.append(editor.ask(trigger, keep=keep))
        if keep:
            result = editor.server.wait_for(waiting[-1]) or {}
            items = result["items"] if isinstance(result, dict) and result else result
            along = items[0]["insertText"][:20].partition("\n")[0] if items else ""
        if _happens(dice, 0.5) and len(waiting) > 1:
            editor.cancel(waiting[-2])
        if len(waiting) > WAITING:
            editor.server.wait_for(waiting.pop(0))
    for id_ in waiting:
        editor.server.wait_for(id_)
    _rest(editor, dice)
    return typed


def _happens(dice: random.Random, share: float) -> bool:
    return dice.random() < share


def _rest(editor: Editor, dice: random.Random) -> None:
    """What an editor asks for while nobody types."""
    asked = [editor.command("why", {"limit": 5})]
    params = {
        "textDocument": {"uri": editor.uri},
        "range": editor.place(),
        "context": {"diagnostics": []},
    }
    asked.append(editor.server.request("textDocument/codeAction", params))
    if _happens(dice, 0.05):
        asked.append(editor.command("clearCache"))
    if _happens(dice, 0.05):
        asked += [editor.command("toggle"), editor.command("toggle")]
    for id_ in asked:
        editor.server.wait_for(id_)


def flights(count: int, seed: int) -> Outcome:
    """Open `count` flights, and close each within 5 ms by contradicting it."""
    dice = random.Random(seed)
    outcome = Outcome("flights")
    with endpoint.running() as url, editing(url) as editor:
        watch = Watch(outcome, editor.server, url)
        editor.open("typed.py", "import os\n\n")
        for number in range(count):
            editor.type(f"name_{number}_{endpoint.SLOW}")
            id_ = editor.ask(INVOKED)
            time.sleep(dice.uniform(0, CLOSED_WITHIN))
            if _happens(dice, 0.5):
                editor.cancel(id_)
            editor.type("\n" if _happens(dice, 0.5) else "'other'\n")
            editor.server.wait_for(id_)
            if len(editor.lines) > LONGEST_FILE:
                editor.open("typed.py", "import os\n\n")
            if number % LOOKS_EVERY == 0:
                watch.look()
        return watch.end(count)


def turns(count: int, seed: int) -> Outcome:
    """Short turns of what an editor does, against an endpoint that harms."""
    dice = random.Random(seed)
    outcome = Outcome("turns")
    with hostile_endpoint.running(seed) as url, editing(url) as editor:
        watch = Watch(outcome, editor.server, url)
        source = (editor.folder / "textwrap.py").read_text()
        for number in range(count):
            _turn(editor, dice, source, url, number)
            if number % LOOKS_EVERY == 0:
                watch.look()
        return watch.end(count)


def _turn(
    editor: Editor, dice: random.Random, source: str, url: str, number: int
) -> None:
    """One turn; ends when each of its requests is answered."""
    # Another header makes the provider new: what was refused before is forgotten.
    provider = {"baseUrl": url, "headers": {"X-Turn": str(number)}}
    provider |= {"dialect": dice.choice(DIALECTS), "template": "qwen"}
    if provider["dialect"] not in ("openai-template", "ollama"):
        del provider["template"]
    settings = configuration(url) | {"providers": {"bench": provider}}
    change = {"settings": {"fim-lsp": settings}}
    editor.server.notify("workspace/didChangeConfiguration", change)
    start = source.find("\n", dice.randrange(len(source) - 2_000)) + 1
    editor.open(f"turn{number % 7}.py", source[:start])
    asked: list[int] = []
    for _ in range(dice.randrange(*STEPS)):
        asked += _step(editor, dice, asked)
    time.sleep(dice.uniform(0, LONGEST_LOOK))
    for id_ in asked:
        if _happens(dice, 0.5):
            editor.cancel(id_)
    if _happens(dice, 0.5):
        editor.close()
    for id_ in asked:
        if id_ not in editor.server.codes:
            editor.cancel(id_)
        editor.server.wait_for(id_)


def _step(editor: Editor, dice: random.Random, asked: list[int]) -> list[int]:
    """One thing that an editor does; the requests that it makes."""
    document = {"textDocument": {"uri": editor.uri}}
    match dice.randrange(12):
        case 0 | 1 | 2:
            return [editor.ask(INVOKED)]
        case 3:
            return [editor.ask(AUTOMATIC)]
        case 4 | 5:
            editor.type(dice.choice(("f", "x = ", "\n", "(", "😀", "return ")))
        case 6:
            editor.delete(dice.randrange(1, 4))
        case 7 if asked:
            editor.cancel(dice.choice(asked))
        case 8:
            action = dice.choice(("explain", "document", "edit", "fix", "tests"))
            call = {"action": action, "uri": editor.uri, "range": editor.place()}
            return [editor.command("act", call | {"instruction": "Do it."})]
        case 9:
            name = dice.choice(("why", "usage", "nextEdit", "models", "balance"))
            return [editor.command(name)]
        case 10:
            time.sleep(dice.uniform(0, 0.05))
        case 11:
            params = document | {"position": editor.place()["end"]}
            return [editor.server.request("textDocument/completion", params)]
    return []


DIALECTS = (
    *("openai-suffix", "openai-template", "mistral-fim", "infill", "ollama"),
    *("tabby", "chat", "prefix"),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=300_000)
    parser.add_argument("--flights", type=int, default=3_000)
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    seed = arguments.seed
    outcomes = []
    for part, count in (
        (flights, arguments.flights),
        (keys, arguments.keys),
        (turns, arguments.turns),
    ):
        if count:
            outcomes.append(part(count, seed))
            print(outcomes[-1], flush=True)
    problems = [
        f"{outcome.name}: {problem}"
        for outcome in outcomes
        for problem in outcome.problems()
    ]
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
