"""Uses real servers for a long time, and looks at what each leaves behind.

`python -m bench.soak [--keys 300000] [--flights 3000] [--turns 10000] [--seed 1]` does
three things, one after another, each with a server process of its own:

- **keys**: types files of the standard library key by key, with a request at each key;
  types some of the offers, deletes, cancels, closes, opens other files.
- **flights**: asks an endpoint that holds its stream open, and closes the flight after
  0 to 5 ms.
- **turns**: short turns of what an editor does, in random order, while the endpoint
  (`hostile_endpoint.py`) answers each request with something that harms.

It fails if a request has no answer or two, if the server reports an internal error
(-32603) or does not exit after `exit`, if descriptors stay open, and if the server's
memory ends more than a tenth above its level after the first 500 completions.
`--keys 0` leaves a part out.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from . import endpoint, hostile_endpoint
from .lsp import AUTOMATIC, INVOKED
from .soak_editor import MODULES, Editor, configuration, editing
from .soak_outcome import Outcome, Watch

# How endpoints are asked, chosen at random for each turn.
DIALECTS = (
    *("openai-suffix", "openai-template", "mistral-fim", "infill", "ollama"),
    *("tabby", "chat", "prefix"),
)
# Flights or turns between two looks at memory.
LOOKS_EVERY = 50
# Keys that are typed into a file before it is closed.
KEYS_A_FILE = 400
# Requests that may wait for an answer at the same time.
WAITING = 3
# Seconds within which a flight is closed.
CLOSED_WITHIN = 0.005
# Fewest actions of an editor in one turn, and one more than the most.
STEPS = (3, 12)
# The longest pause at the end of a turn, in seconds.
LONGEST_LOOK = 0.08
# Lines of a file after which a new one is opened for the flights.
LONGEST_FILE = 300


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
