// What is drawn of the next edit, what its key does, and why there is none.
import reasons from "./reasons.json";

export interface Position {
  line: number;
  character: number;
}

/** The edit as `fim-lsp/nextEdit` brings it. */
export interface NextEdit {
  id: string;
  uri: string;
  version: number;
  range: { start: Position; end: Position };
  newText: string;
  oldText: string;
  source: string;
  confidence: number;
  /** Places of the same pattern, this one included. */
  remaining: number;
}

const LONGEST = 120; // characters of new text that are drawn

/** The new text on one line, and how many places there are. */
export function label(edit: NextEdit): string {
  const oneLine = edit.newText.replace(/\r\n|\r|\n/g, "↵");
  const short = oneLine.length > LONGEST ? `${oneLine.slice(0, LONGEST)}…` : oneLine;
  return edit.remaining > 1 ? `${short} (${edit.remaining})` : short;
}

/** Where the cursor is on one of the edit's lines it is applied, else jumped to. */
export function step(edit: NextEdit, cursorLine: number): "jump" | "apply" {
  const { start, end } = edit.range;
  return start.line <= cursorLine && cursorLine <= end.line ? "apply" : "jump";
}

/** A sentence for an answer without an edit, or for an edit that was not applied. */
export function refusal(answer: { reason?: unknown; message?: unknown }): string {
  if (typeof answer.message === "string") return answer.message;
  const words: Readonly<Record<string, string>> = reasons;
  const because = typeof answer.reason === "string" ? words[answer.reason] : undefined;
  return because === undefined ? "No next edit." : `No next edit: ${because}.`;
}

/** Whether a change of `range` touches the edit, which then goes away at once. */
export function touches(
  edit: NextEdit,
  range: { start: Position; end: Position },
): boolean {
  return (
    !isBefore(range.end, edit.range.start) && !isBefore(edit.range.end, range.start)
  );
}

function isBefore(one: Position, other: Position): boolean {
  return (
    one.line < other.line ||
    (one.line === other.line && one.character < other.character)
  );
}
