import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contributedCommands } from "../src/pure/actions";
import {
  isNews,
  isRepeated,
  needsButton,
  present,
  remedy,
  type Status,
} from "../src/pure/present";
import { reportOf } from "../src/pure/reports";
import { activeRivals, switchedOff } from "../src/pure/rivals";
import { ownActions, serverSettings } from "../src/pure/settings";

const normal: Status = {
  kind: "normal",
  provider: "deepseek",
  model: "fast",
  today: { requests: 12, cost: "0.00312", currency: "USD" },
};

test("the status shows who completes and what today cost", () => {
  const shown = present(normal);
  assert.equal(shown.bar, "$(sparkle) fim-lsp");
  assert.equal(shown.text, "deepseek · fast");
  assert.equal(shown.detail, "deepseek · fast · 12 requests today · $0.0031");
  assert.match(
    shown.tooltip,
    /^fim-lsp: deepseek · fast\n12 requests today · \$0\.0031\n/,
  );
});

test("a snooze shows until when, and a click leads to its end", () => {
  const message = "Completion is snoozed until 14:05.";
  const shown = present({ ...normal, kind: "inactive", reason: "snoozed", message });
  assert.equal(shown.text, message);
  assert.equal(shown.command, "fimLsp.snooze");
  assert.match(shown.tooltip, /Click to end the snooze or change it\.$/);
  assert.equal(present({ kind: "inactive" }).command, "fimLsp.toggle");
});

test("an error shows its message and its severity", () => {
  const shown = present({ ...normal, kind: "error", message: "The key is wrong." });
  assert.equal(shown.bar, "$(error) fim-lsp");
  assert.equal(shown.text, "The key is wrong.");
  assert.equal(shown.severity, "error");
});

test("a status with nothing in it is still readable", () => {
  assert.equal(present({ kind: "inactive" }).text, "Off");
  assert.match(present({ kind: "inactive" }).tooltip, /switch completion on/);
  const unpriced = { requests: 1, cost: null, currency: null };
  assert.equal(present({ kind: "normal", today: unpriced }).detail, "1 request today");
});

test("the way out is a command with its title", () => {
  const titles = [
    { reason: "key-refused" },
    { command: "fim-lsp.continueToday" },
    { command: "fim-lsp.unknown" },
    {},
  ].map((more) => remedy({ ...normal, ...more })?.title);
  assert.deepEqual(titles, [
    "Set API Key…",
    "Continue Today Beyond the Budget",
    undefined,
    undefined,
  ]);
});

test("trouble is said once an hour for each kind, and nothing else is said", () => {
  const error: Status = { kind: "error", message: "The key is wrong." };
  const said = new Map([["error", 1000]] as const);
  assert.ok(isNews(error, new Map(), 0));
  assert.ok(!isNews(error, said, 2000));
  assert.ok(isNews(error, said, 1000 + 3_600_000));
  assert.ok(isNews({ ...error, kind: "warning" }, said, 2000));
  assert.ok(!isNews({ ...error, kind: "normal" }, new Map(), 0));
  assert.ok(!isNews({ kind: "error" }, new Map(), 0));
});

test("a text that a toast would cut gets a button, which makes it show all", () => {
  assert.ok(!needsButton("Completion is off.", []));
  assert.ok(needsButton("x".repeat(56), []));
  assert.ok(!needsButton("x".repeat(500), ["Show Log"]));
});

test("what the last message has said already is not said again for a while", () => {
  const last = { text: "fim-lsp: No balance left. Meanwhile, echo answers.", at: 1000 };
  assert.ok(isRepeated("No balance left.", last, 1500));
  assert.ok(isRepeated(last.text, last, 1500));
  assert.ok(!isRepeated("No balance left.", last, 4000));
  assert.ok(!isRepeated(`${last.text} More.`, last, 1500));
  assert.ok(!isRepeated("Nothing was edited.", last, 1500));
});

test("the server gets all settings but those of the extension", () => {
  const section = { server: { command: ["x"] }, completion: { enabled: null } };
  assert.deepEqual(serverSettings(section), { completion: { enabled: null } });
  assert.deepEqual(serverSettings(undefined), {});
});

test("own actions are listed by their title, else their id", () => {
  const actions = { shout: { title: "Shout" }, odd: null };
  assert.deepEqual(ownActions({ chat: { actions } }), [
    { id: "shout", title: "Shout" },
    { id: "odd", title: "odd" },
  ]);
  assert.deepEqual(ownActions(undefined), []);
});

test("another ghost-text extension counts unless it is switched off", () => {
  const enabled = (id: string) => id === "GitHub.copilot";
  const names = (copilot: unknown) =>
    activeRivals(enabled, () => copilot).map(({ name }) => name);
  assert.deepEqual(names({ "*": true, markdown: false }), ["GitHub Copilot"]);
  assert.deepEqual(names(undefined), ["GitHub Copilot"]);
  assert.deepEqual(names({ "*": false }), []);
});

test("switching off covers languages that were on by name", () => {
  assert.deepEqual(switchedOff({ "*": true, python: true }, { "*": false }), {
    "*": false,
    python: false,
  });
  assert.equal(switchedOff(true, false), false);
});

test("package.json contributes exactly the commands there are", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
    contributes: { commands: unknown };
  };
  assert.deepEqual(manifest.contributes.commands, contributedCommands());
});

test("reports are Markdown where the server wrote some, else what the data says", () => {
  const infos = [{ currency: "USD", total_balance: "12.50" }];
  const cases: [string, unknown, object | undefined][] = [
    ["why", { decisions: [], markdown: "# Why" }, { markdown: "# Why" }],
    ["clearCache", { message: "Done." }, { sentence: "Done." }],
    ["balance", { balance_infos: infos }, { sentence: "The account holds 12.50 USD." }],
    ["balance", {}, { sentence: "The account holds nothing." }],
    ["continueToday", null, undefined],
    [
      "doctor",
      {
        checks: [
          { name: "settings", status: "ok", detail: "all can be used", fix: "" },
          { name: "key", status: "failed", detail: "refused", fix: "Set another." },
        ],
      },
      {
        markdown:
          "# Doctor\n\n- **settings** (ok): all can be used\n" +
          "- **key** (failed): refused\n  Set another.\n",
      },
    ],
    ["other", { a: 1 }, { markdown: '```json\n{\n  "a": 1\n}\n```\n' }],
    [
      "models",
      { models: ["fast", "deep"], completion: "fast", chat: "deep" },
      {
        markdown:
          "# Models\n\n| model | in use for |\n| --- | --- |\n" +
          "| `fast` | completion |\n| `deep` | chat actions |\n",
      },
    ],
  ];
  for (const [id, answer, report] of cases) {
    assert.deepEqual(reportOf(id, answer), report);
  }
});
