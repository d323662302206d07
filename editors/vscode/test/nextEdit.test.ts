import assert from "node:assert/strict";
import { test } from "node:test";
import {
  label,
  type NextEdit,
  refusal,
  step,
  touches,
} from "../src/pure/nextEditDrawing";

function edit(more: Partial<NextEdit> = {}): NextEdit {
  return {
    id: "n1",
    uri: "file:///a.py",
    version: 1,
    range: { start: { line: 4, character: 2 }, end: { line: 4, character: 5 } },
    newText: "fetch",
    oldText: "get",
    source: "repeat",
    confidence: 0.8,
    remaining: 1,
    ...more,
  };
}

const at = (line: number, character: number, end = character) => ({
  start: { line, character },
  end: { line, character: end },
});

test("the new text is drawn on one line, with the number of places", () => {
  assert.equal(label(edit()), "fetch");
  assert.equal(label(edit({ newText: "a\r\nb\nc", remaining: 3 })), "a↵b↵c (3)");
  assert.equal(label(edit({ newText: "x".repeat(200) })).length, 121);
});

test("the key jumps from another line, and applies on the edit's own", () => {
  assert.equal(step(edit(), 3), "jump");
  assert.equal(step(edit(), 4), "apply");
  assert.equal(step(edit(), 5), "jump");
});

test("a change that touches the edit takes it away, one beside it does not", () => {
  assert.ok(touches(edit(), at(4, 3)));
  assert.ok(touches(edit(), at(4, 5)));
  assert.ok(touches(edit(), at(4, 0, 9)));
  assert.ok(!touches(edit(), at(4, 0, 1)));
  assert.ok(!touches(edit(), at(4, 6)));
  assert.ok(!touches(edit(), at(3, 0, 50)));
});

test("without an edit there is a sentence that says why", () => {
  assert.equal(
    refusal({ reason: "nothing-settled" }),
    "No next edit: nothing was edited that could be repeated.",
  );
  assert.equal(refusal({ reason: "no-such-name" }), "No next edit.");
  assert.equal(refusal({ reason: "no-edits-applied", message: "Locked." }), "Locked.");
});
