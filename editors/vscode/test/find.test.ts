import assert from "node:assert/strict";
import { test } from "node:test";
import { findServer, type Machine } from "../src/pure/find";

const BUNDLED = "/ext/bundled/start.py";

/** A computer with these programs, each with what it prints when asked its version. */
function machine(
  programs: Record<string, string | undefined>,
  platform: NodeJS.Platform = "linux",
): Machine {
  return {
    platform,
    home: platform === "win32" ? "C:\\Users\\me" : "/home/me",
    path: platform === "win32" ? ["C:\\tools"] : ["/bin"],
    isFile: async (name) => name === BUNDLED || name in programs,
    output: async (program) => programs[program],
  };
}

async function found(wish: unknown, on: Machine): Promise<string> {
  const result = await findServer(wish, BUNDLED, "1.2.3", on);
  return result.kind === "found"
    ? `${result.source}: ${[result.program, ...result.args].join(" ")}`
    : result.sentence;
}

const python = { "/bin/python3": "3.12\n" };

test("the user's own command comes first", async () => {
  const on = machine({ ...python, "/opt/fim-lsp": "" });
  assert.equal(
    await found(["/opt/fim-lsp"], on),
    "fim-lsp.server.command: /opt/fim-lsp --stdio",
  );
});

test("a command in the home folder or on the PATH is found", async () => {
  const on = machine({ "/home/me/bin/fim": "", "/bin/ssh": "" });
  assert.match(await found(["~/bin/fim", "serve"], on), /\/home\/me\/bin\/fim serve/);
  assert.match(
    await found(["ssh", "far", "fim-lsp", "--stdio"], on),
    /: \/bin\/ssh far fim-lsp --stdio$/,
  );
});

test("a wrong command is told and nothing else is started", async () => {
  const wrong: [unknown, RegExp][] = [
    [["/nowhere/fim-lsp"], /names \/nowhere\/fim-lsp, which is not a program here/],
    ["fim-lsp", /must be a list of words/],
    [[], /must be a list of words/],
    [[""], /must be a list of words/],
    [[1], /must be a list of words/],
    [{}, /must be a list of words/],
  ];
  for (const [wish, sentence] of wrong) {
    assert.match(await found(wish, machine(python)), sentence);
  }
});

test("the bundled packages run with a Python that is new enough", async () => {
  assert.equal(
    await found(null, machine(python)),
    `bundled: /bin/python3 -E -s ${BUNDLED} --stdio`,
  );
});

test("an old python3 is passed over for a newer one with its number", async () => {
  const on = machine({ "/bin/python3": "3.9\n", "/bin/python3.11": "3.11\n" });
  assert.match(await found(undefined, on), /^bundled: \/bin\/python3\.11 /);
});

test("what calls itself python but prints no version is no Python", async () => {
  const on = machine({ "/bin/python3": "", "/bin/python": undefined });
  assert.match(await found(undefined, on), /none was found/);
});

test("a Python outside the PATH of a desktop session is found", async () => {
  const on = machine({ "/opt/homebrew/bin/python3": "3.13\n" }, "darwin");
  assert.match(await found(undefined, on), /^bundled: \/opt\/homebrew\/bin\/python3 /);
});

test("Windows programs are found with their ending", async () => {
  const on = machine({ "C:\\tools\\python.exe": "3.12\r\n" }, "win32");
  assert.match(await found(undefined, on), /^bundled: C:\\tools\\python\.exe /);
});

test("uvx is next, pinned to the extension's own version", async () => {
  const on = machine({ "/bin/python3": "3.10\n", "/home/me/.local/bin/uvx": "" });
  assert.equal(
    await found(undefined, on),
    "uvx: /home/me/.local/bin/uvx fim-lsp@1.2.3 --stdio",
  );
});

test("without any of them one sentence says what was found and what to do", async () => {
  const old = machine({ "/bin/python3": "3.9\n", "/bin/python": "3.10\n" });
  assert.equal(
    await found(undefined, old),
    "fim-lsp needs Python 3.11 or newer; only Python 3.10 (/bin/python) was found. " +
      "Install it, then run “fim-lsp: Restart Server”.",
  );
  assert.match(await found(undefined, machine({})), /none was found/);
});
