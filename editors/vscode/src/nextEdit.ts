// The next edit on the screen: old text struck through, new text beside it, and its keys.
import * as vscode from "vscode";
import { label, type NextEdit, refusal, step, touches } from "./pure/nextEditDrawing";
import type { Server } from "./server";
import { toast } from "./toast";

/** The context key that keybindings ask for. */
const SHOWN = "fimLsp.nextEditShown";

const OLD_TEXT: vscode.DecorationRenderOptions = {
  textDecoration: "line-through",
  opacity: "0.6",
};
const NEW_TEXT: vscode.ThemableDecorationAttachmentRenderOptions = {
  color: new vscode.ThemeColor("editorGhostText.foreground"),
  backgroundColor: new vscode.ThemeColor("diffEditor.insertedTextBackground"),
  margin: "0 0 0 0.3em",
};

export class NextEditView implements vscode.Disposable {
  private edit: NextEdit | undefined;
  private readonly old = vscode.window.createTextEditorDecorationType(OLD_TEXT);
  private readonly fresh = vscode.window.createTextEditorDecorationType({});
  private readonly listeners: vscode.Disposable;

  constructor() {
    this.listeners = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.draw();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const { edit } = this;
        if (edit === undefined || document.uri.toString() !== uriOf(edit)) return;
        if (contentChanges.some(({ range }) => touches(edit, range))) this.show(null);
      }),
    );
  }

  /** Handles `fim-lsp/nextEdit`: shows the edit, or none. */
  readonly show = (edit: NextEdit | null): void => {
    this.edit = edit ?? undefined;
    this.draw();
  };

  /** Jumps to the edit, in whichever file it is, or applies it where the cursor is. */
  async go(server: Server): Promise<void> {
    const edit = this.edit ?? (await find(server));
    if (edit === undefined) return;
    const editor = vscode.window.activeTextEditor;
    const isHere = editor?.document.uri.toString() === uriOf(edit);
    if (isHere && step(edit, editor.selection.active.line) === "apply") {
      await apply(server, edit, false);
      return;
    }
    const { line, character } = edit.range.start;
    const place = new vscode.Position(line, character);
    const selection = new vscode.Selection(place, place);
    if (isHere) {
      editor.selection = selection;
      editor.revealRange(selection);
    } else {
      await vscode.window.showTextDocument(vscode.Uri.parse(edit.uri), { selection });
    }
  }

  /** Has the server apply the edit in all places that remain. */
  async applyAll(server: Server): Promise<void> {
    const edit = this.edit ?? (await find(server));
    if (edit !== undefined) await apply(server, edit, true);
  }

  /** Dismisses the edit; edits of this kind are not shown again. */
  async dismiss(server: Server): Promise<void> {
    const { edit } = this;
    this.show(null);
    if (edit !== undefined) await server.execute("dismissNextEdit", { id: edit.id });
  }

  dispose(): void {
    for (const part of [this.listeners, this.old, this.fresh]) part.dispose();
  }

  private draw(): void {
    const { edit } = this;
    let isShown = false;
    for (const editor of vscode.window.visibleTextEditors) {
      const isHere =
        edit !== undefined && editor.document.uri.toString() === uriOf(edit);
      isShown ||= isHere && editor === vscode.window.activeTextEditor;
      const range = isHere ? rangeOf(edit) : undefined;
      editor.setDecorations(
        this.old,
        range === undefined || range.isEmpty ? [] : [range],
      );
      editor.setDecorations(
        this.fresh,
        range === undefined || edit === undefined ? [] : [beside(range, edit)],
      );
    }
    void vscode.commands.executeCommand("setContext", SHOWN, isShown);
  }
}

/** Asks the server for the next edit of the file in front; says why there is none. */
async function find(server: Server): Promise<NextEdit | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  const answer = (await server.execute("nextEdit", { uri, show: false })) as Answer;
  if (answer?.edit) return answer.edit;
  void toast("information", refusal(answer ?? {}));
  return undefined;
}

async function apply(server: Server, edit: NextEdit, all: boolean): Promise<void> {
  const answer = (await server.execute("applyNextEdit", {
    id: edit.id,
    all,
  })) as Answer;
  if (answer?.applied === false) void toast("warning", refusal(answer));
}

/** What the commands for next edits answer. */
type Answer =
  | { edit?: NextEdit | null; applied?: boolean; reason?: unknown; message?: unknown }
  | null
  | undefined;

/** The URI as this editor writes it. */
function uriOf(edit: NextEdit): string {
  return vscode.Uri.parse(edit.uri).toString();
}

function rangeOf({ range: { start, end } }: NextEdit): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

function beside(range: vscode.Range, edit: NextEdit): vscode.DecorationOptions {
  const contentText = label(edit);
  return {
    range: new vscode.Range(range.end, range.end),
    renderOptions: { after: { ...NEW_TEXT, contentText } },
  };
}
