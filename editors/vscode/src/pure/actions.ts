// The commands of the extension: one table, with which package.json must agree.
import chatActions from "./chatActions.json";

/** Chat actions, each with a command: the id that the server knows, and a title. */
export const CHAT_ACTIONS: readonly { id: string; title: string }[] = chatActions;

/** Commands that are handed on to the server; its answer is shown. */
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
  { id: "snooze", title: "Snooze Completion…" },
  { id: "nextEdit", title: "Go to the Next Edit, or Apply It" },
  { id: "applyAllNextEdits", title: "Apply the Next Edit in All Places" },
  { id: "dismissNextEdit", title: "Dismiss the Next Edit" },
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
