// The commands: one table, which package.json must agree with. Pure.

/** Chat actions with a command of their own: the id the server knows, and a title. */
export const CHAT_ACTIONS: readonly { id: string; title: string }[] = [
  { id: "fix", title: "Fix the Problem Here" },
  { id: "edit", title: "Edit with Instruction…" },
  { id: "explain", title: "Explain" },
  { id: "document", title: "Document" },
  { id: "types", title: "Add Types" },
  { id: "tests", title: "Write Tests" },
  { id: "simplify", title: "Simplify" },
  { id: "optimise", title: "Optimise" },
  { id: "comment", title: "Do What This Comment Says" },
];

/** Commands that are only handed on to the server, which answers in its own words. */
export const SERVER_COMMANDS: readonly { id: string; title: string }[] = [
  { id: "why", title: "Why This Completion, or None?" },
  { id: "usage", title: "Show Usage and Cost" },
  { id: "balance", title: "Show Account Balance" },
  { id: "models", title: "Show Models" },
  { id: "doctor", title: "Check Setup (Doctor)" },
  { id: "toggle", title: "Switch Completion On or Off" },
  { id: "allowFile", title: "Allow This File for This Session" },
  { id: "continueToday", title: "Continue Today Beyond the Budget" },
  { id: "clearCache", title: "Clear the Cache of Completions" },
];

/** Commands that the extension answers itself. */
export const OWN_COMMANDS = [
  { id: "act", title: "Run an Action…" },
  { id: "selectModel", title: "Select Model…" },
  { id: "setKey", title: "Set API Key…" },
  { id: "removeKey", title: "Remove API Key…" },
  { id: "restart", title: "Restart Server" },
  { id: "showOutput", title: "Show Log" },
] as const;

export type OwnCommand = (typeof OWN_COMMANDS)[number]["id"];

/** What package.json contributes. */
export function contributedCommands(): readonly {
  command: string;
  title: string;
  category: string;
}[] {
  return [...CHAT_ACTIONS, ...SERVER_COMMANDS, ...OWN_COMMANDS].map(
    ({ id, title }) => ({ command: `fimLsp.${id}`, title, category: "fim-lsp" }),
  );
}
