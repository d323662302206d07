import assert from "node:assert/strict";
import { test } from "node:test";
import { isGivenUp } from "../src/pure/late";

const asked = { place: "file:///a.py 3 1:4", at: 1000 };

test("a request that VS Code gave up is made once more, and only once", () => {
  assert.ok(isGivenUp(asked, asked.place, undefined, 1750));
  assert.ok(isGivenUp(asked, asked.place, "file:///a.py 2 1:3", 1750));
  assert.ok(!isGivenUp(asked, asked.place, asked.place, 1750));
});

test("what was typed, left or dismissed is not asked for again", () => {
  assert.ok(!isGivenUp(asked, "file:///a.py 4 1:5", undefined, 1750));
  assert.ok(!isGivenUp(asked, undefined, undefined, 1750));
  assert.ok(!isGivenUp(asked, asked.place, undefined, 1200));
});
