// VS Code's window as a remote control: one JSON command per line on stdin, one JSON
// answer per line on stdout.  Run with the URL, Chromium's path and where modules are.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [url, executablePath, modules] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];
const PATIENCE_MS = 20_000;
const WINDOW = { width: 900, height: 560 };

const browser = await chromium.launch({ executablePath, args: QUIET });
const page = await browser.newPage({ viewport: WINDOW });
page.setDefaultTimeout(PATIENCE_MS);

const EDITOR = ".editor-instance .monaco-editor";
const GHOST = ".ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text, .suggest-preview-text";
const CELL = ".notebookOverlay .code-cell-row .cell-editor-container .monaco-editor";
const TOAST = ".notification-toast .notification-list-item-message";

/** The grey text on the screen, line by line as it is drawn. */
function ghost() {
  return page.evaluate((selector) => {
    const parts = [...document.querySelectorAll(selector)].flatMap((part) => {
      const lines = [...part.querySelectorAll(".view-line")];
      return lines.length > 0 ? lines : [part];
    });
    const rows = new Map();
    for (const part of parts) {
      if (part.parentElement.closest(selector) && !part.matches(".view-line")) continue;
      const { top, left } = part.getBoundingClientRect();
      const row = Math.round(top / 10);
      rows.set(row, [...(rows.get(row) ?? []), [left, part.textContent]]);
    }
    const inOrder = (list) => list.sort(([one], [other]) => one - other);
    return inOrder([...rows]).map(([, pieces]) =>
      inOrder(pieces)
        .map(([, text]) => text.replaceAll("\u00a0", " ").replaceAll("·", " "))
        .join(""),
    );
  }, GHOST);
}

/** Waits until `look` gives something that `wanted` accepts; else its last answer. */
async function until(look, wanted, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  let seen = await look();
  while (!wanted(seen) && Date.now() < end) {
    await page.waitForTimeout(30);
    seen = await look();
  }
  return seen;
}

const input = page.locator(".quick-input-widget input.input");

/** Opens a quick pick by its key and fills it; the focus may still be elsewhere. */
async function quick(key, text) {
  for (let attempt = 1; ; attempt++) {
    try {
      await page.keyboard.press(key);
      await input.waitFor({ state: "visible", timeout: 3000 });
      await input.fill(text, { timeout: 2000 });
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

/** The command palette's command of this title. */
async function palette(title) {
  await quick("F1", `>${title}`);
  const row = page.locator(".quick-input-list .monaco-list-row").first();
  await row.filter({ hasText: title.replace(/^fim-lsp: /, "") }).waitFor();
  await page.keyboard.press("Enter");
}

const notices = () => page.locator(TOAST).allInnerTexts();

const commands = {
  async load() {
    await page.goto(url);
    await page.locator(".monaco-workbench").waitFor();
    return true;
  },
  /** Opens a file by its full path. */
  async open({ path, shows = EDITOR }) {
    const name = path.split("/").pop();
    const tab = page.locator(`.tab.active[data-resource-name="${name}"]`);
    for (let attempt = 0; attempt < 3 && (await tab.count()) === 0; attempt++) {
      await page.keyboard.press("Escape");
      await quick("Control+P", path);
      const rows = page.locator(".quick-input-list .monaco-list-row");
      await rows.first().filter({ hasText: name }).waitFor({ timeout: 5000 });
      await page.keyboard.press("Enter");
      await tab.waitFor({ timeout: 5000 }).catch(() => {});
    }
    await tab.waitFor({ timeout: 1000 });
    await page.locator(shows).first().waitFor();
    return true;
  },
  /** Opens a file in another group of tabs, with no key that could dismiss anything. */
  async aside({ path }) {
    const name = path.split("/").pop();
    await quick("Control+P", path);
    const rows = page.locator(".quick-input-list .monaco-list-row");
    await rows.first().filter({ hasText: name }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    return true;
  },
  /** Gives the file in front another name, in the explorer. */
  async rename({ name }) {
    await page.keyboard.press("Control+Shift+E");
    await page.locator(".explorer-folders-view .monaco-list-row.focused").waitFor();
    await page.keyboard.press("F2");
    await page.locator(".explorer-item-edited input").fill(name);
    await page.keyboard.press("Enter");
    await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await page.keyboard.press("Control+b");
    return true;
  },
  /** Opens a notebook by its full path. */
  notebook: ({ path }) => commands.open({ path, shows: CELL }),
  /** Puts the cursor at the end of a code cell, which counts from 0. */
  async cell({ number }) {
    const editor = page.locator(CELL).nth(number);
    await editor.locator(".view-lines").click();
    await editor.and(page.locator(".focused")).waitFor();
    await page.keyboard.press("Control+End");
    return true;
  },
  /** Puts the cursor at a 1-based line and column. */
  async go({ line, column }) {
    await quick("Control+G", `:${line}:${column}`);
    await page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
    return true;
  },
  async press({ keys }) {
    for (const key of keys) await page.keyboard.press(key);
    return true;
  },
  async type({ text, delay = 20 }) {
    await page.keyboard.type(text, { delay });
    return true;
  },
  /** The ghost text once it is `text` (or any, or none for ""). */
  ghost: ({ text, patience }) =>
    until(
      ghost,
      (seen) =>
        text === null ? seen.length > 0 : seen.join("\n").trim() === text.trim(),
      patience,
    ),
  async palette({ title }) {
    await palette(title);
    return true;
  },
  /** The command palette's command of exactly this title, which others may contain. */
  async exactly({ title }) {
    await quick("F1", `>${title}`);
    const rows = page.locator(".quick-input-list .monaco-list-row");
    const label = rows.locator(".label-name", { hasText: new RegExp(`^${title}$`) });
    await label.first().click();
    return true;
  },
  /** Chooses a value of a setting in the settings editor, which is left open. */
  async setting({ name, value }) {
    await palette("Preferences: Open Settings (UI)");
    await page.locator(".settings-editor .suggest-input-container").first().click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(name);
    const items = page.locator(".setting-item-contents");
    await until(
      () => items.count(),
      (count) => count === 1,
    );
    await items.locator(".monaco-select-box").click();
    const options = page.locator(".monaco-select-box-dropdown-container .option-text");
    await options.filter({ hasText: new RegExp(`^${value}`) }).last().click();
    return true;
  },
  /** Fills the input box or picks from the quick pick that is open. */
  async answer({ text }) {
    await input.waitFor({ state: "visible" });
    await input.fill(text);
    await page.waitForTimeout(150);
    await page.keyboard.press("Enter");
    return true;
  },
  /** The actions that Ctrl+. lists once `title` is there; asked again while it is not. */
  async actions({ title }) {
    const rows = page.locator(".action-widget .monaco-list-row .title");
    let seen = [];
    for (let attempt = 0; attempt < 6 && !seen.includes(title); attempt++) {
      await page.keyboard.press("Control+.");
      seen = await until(
        () => rows.allInnerTexts(),
        (titles) => titles.includes(title),
        1500,
      );
    }
    return seen;
  },
  /** The actions that “Quick Fix…” in the hover at the cursor lists. */
  async hoverFixes() {
    const link = page.locator(".monaco-hover .action", { hasText: "Quick Fix" }).first();
    for (let attempt = 1; ; attempt++) {
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Control+i");
      try {
        await link.click({ timeout: 3000 });
        break;
      } catch (error) {
        if (attempt === 5) throw error; // the marker may not have been there yet
        await page.keyboard.press("Escape");
      }
    }
    const rows = page.locator(".action-widget .monaco-list-row .title");
    await rows.first().waitFor();
    return rows.allInnerTexts();
  },
  /** Types with a pause after each key; every ghost text that any frame has shown. */
  async watch({ text, delay }) {
    await page.evaluate((selector) => {
      globalThis.seenGhosts = new Set();
      const look = () => {
        for (const part of document.querySelectorAll(selector)) {
          globalThis.seenGhosts.add(part.textContent.replaceAll("\u00a0", " "));
        }
        globalThis.ghostFrame = requestAnimationFrame(look);
      };
      look();
    }, GHOST);
    await page.keyboard.type(text, { delay });
    await page.waitForTimeout(delay);
    return page.evaluate(() => {
      cancelAnimationFrame(globalThis.ghostFrame);
      return [...globalThis.seenGhosts];
    });
  },
  async choose({ title }) {
    const row = page.locator(".action-widget .monaco-list-row", { hasText: title });
    await row.first().click();
    return true;
  },
  /** The messages on the screen once one holds `text`. */
  notices: ({ text, patience }) =>
    until(notices, (seen) => seen.some((one) => one.includes(text)), patience),
  async button({ label }) {
    await page.locator(".notification-toast .monaco-button", { hasText: label }).click();
    return true;
  },
  async dismiss() {
    await palette("Notifications: Clear All Notifications");
    await until(notices, (seen) => seen.length === 0);
    return true;
  },
  /** The status bar's item once its icon is the named one. */
  async status({ icon, patience }) {
    const item = page.locator('.statusbar-item[id$="fim-lsp"]').first();
    const look = async () => ((await item.count()) > 0 ? item.innerHTML() : "");
    return until(look, (html) => html.includes(`codicon-${icon}`), patience);
  },
  /** The text of all editors and previews once it holds `text`. */
  screen({ text }) {
    const look = async () => {
      const bodies = page.frames().map((frame) =>
        frame.evaluate(() => document.body?.innerText ?? "").catch(() => ""),
      );
      return (await Promise.all(bodies)).join("\n").replaceAll("\u00a0", " ");
    };
    return until(look, (seen) => seen.includes(text), 10_000);
  },
  /** Whether no message holds `text` any more, after a while. */
  async gone({ text }) {
    const seen = await until(notices, (all) => !all.some((one) => one.includes(text)));
    return !seen.some((one) => one.includes(text));
  },
  /** What decorations draw behind text, once it is `text`. */
  beside: ({ text, patience }) =>
    until(
      () =>
        page.evaluate(() =>
          [...document.querySelectorAll(".view-line span")]
            .map((part) => getComputedStyle(part, "::after").content)
            .filter((content) => content !== "none" && content !== "normal")
            .map((content) => content.replace(/^"|"$/g, "").replaceAll("\u00a0", " "))
            .join(""),
        ),
      (seen) => seen === text,
      patience,
    ),
  /** Puts the focus back into the text, by a click behind it. */
  async focus() {
    await page.locator(`${EDITOR} .view-lines`).first().click();
    return true;
  },
  /** Whether anything in the window matches a selector. */
  there: async ({ selector }) => (await page.locator(selector).count()) > 0,
  async wait({ milliseconds }) {
    await page.waitForTimeout(milliseconds);
    return true;
  },
  async screenshot({ path, clip }) {
    await page.screenshot({ path, ...(clip && { clip }) });
    return true;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...parameters } = JSON.parse(line);
  let answer;
  try {
    answer = { value: await commands[command](parameters) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
