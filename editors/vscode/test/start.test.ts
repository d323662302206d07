import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanKey, serverEnvironment } from "../src/pure/environment";
import { afterExit, MOST_EXITS, WITHIN_MS } from "../src/pure/restarts";

const NO_PROXY = { url: undefined, except: [] };

test("a stored key wins over one that the editor inherited", () => {
  const inherited = { DEEPSEEK_API_KEY: "old", HOME: "/home/me" };
  const keys = new Map([["DEEPSEEK_API_KEY", "new"]]);
  assert.deepEqual(serverEnvironment(inherited, keys, NO_PROXY), {
    DEEPSEEK_API_KEY: "new",
    HOME: "/home/me",
  });
});

test("VS Code's proxy and its exceptions reach the server", () => {
  const proxy = { url: "http://proxy:3128", except: ["localhost", ".corp"] };
  const variables = serverEnvironment({ HTTPS_PROXY: "http://old" }, new Map(), proxy);
  assert.equal(variables.HTTPS_PROXY, "http://proxy:3128");
  assert.equal(variables.https_proxy, "http://proxy:3128");
  assert.equal(variables.NO_PROXY, "localhost,.corp");
});

test("without a proxy in VS Code the inherited one stays", () => {
  const inherited = { HTTPS_PROXY: "http://shell", ELECTRON_RUN_AS_NODE: "1" };
  const proxy = { url: "", except: ["localhost"] };
  assert.deepEqual(serverEnvironment(inherited, new Map(), proxy), {
    HTTPS_PROXY: "http://shell",
  });
});

test("a key loses the line end it was pasted with", () => {
  assert.deepEqual(cleanKey(" sk-123\r\n"), { key: "sk-123" });
});

test("what cannot be a key is refused with the reason", () => {
  for (const pasted of ["", " \n", "sk 123", "sk-1\nsk-2", "sk-\u0000"]) {
    assert.ok("problem" in cleanKey(pasted), JSON.stringify(pasted));
  }
});

test("the server is started again until it ended three times in three minutes", () => {
  let exits: readonly number[] = [];
  const answers = [0, 1000, 2000].map((now) => {
    const next = afterExit(exits, now);
    exits = next.exits;
    return next.again;
  });
  assert.deepEqual(answers, [true, true, false]);
});

test("exits long ago do not count", () => {
  let exits: readonly number[] = [];
  for (let number = 0; number < 5 * MOST_EXITS; number++) {
    const next = afterExit(exits, number * (WITHIN_MS / (MOST_EXITS - 1)));
    assert.ok(next.again);
    exits = next.exits;
  }
});
