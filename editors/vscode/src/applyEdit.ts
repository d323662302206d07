// Applies the server's edits. VS Code itself changes text that is shown as read-only.
import * as vscode from "vscode";
import {
  type ApplyWorkspaceEditParams,
  type ApplyWorkspaceEditResult,
  CreateFile,
  TextDocumentEdit,
  type TextEdit,
} from "vscode-languageclient/node";

interface Converter {
  asUri(value: string): vscode.Uri;
  asTextEdits(edits: TextEdit[]): Promise<vscode.TextEdit[]>;
}

/**
 * Applies the edit of one text that is on the screen by its editor, which changes nothing
 * where it is read-only. Undefined for any other edit, which is left to VS Code.
 */
export async function applyInEditor(
  params: ApplyWorkspaceEditParams,
  converter: Converter,
): Promise<ApplyWorkspaceEditResult | undefined> {
  const only = onlyText(params);
  if (only === undefined) return undefined;
  const uri = converter.asUri(only.textDocument.uri).toString();
  const changes = await converter.asTextEdits(only.edits as TextEdit[]);
  const editor = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri,
  );
  if (editor === undefined) return undefined;
  const { version } = editor.document;
  const expected = only.textDocument.version;
  if (expected !== null && expected !== version) return { applied: false };
  const isDone = await editor.edit((builder) => {
    for (const { range, newText } of changes) builder.replace(range, newText);
  });
  if (isDone && editor.document.version !== version) return { applied: true };
  return { applied: false, failureReason: "the text is read-only here" };
}

/** Opens the file that an edit has created, which VS Code leaves on the disk unseen. */
export async function showCreated(
  { edit }: ApplyWorkspaceEditParams,
  converter: Converter,
): Promise<void> {
  const created = (edit.documentChanges ?? []).find(CreateFile.is);
  if (created !== undefined) {
    await vscode.window.showTextDocument(converter.asUri(created.uri));
  }
}

/** The edit, where it is all that is to be done and changes an ordinary text. */
function onlyText({ edit }: ApplyWorkspaceEditParams): TextDocumentEdit | undefined {
  const [only, ...others] = edit.documentChanges ?? [];
  if (only === undefined || others.length > 0 || !TextDocumentEdit.is(only)) {
    return undefined;
  }
  return /^(file|untitled):/.test(only.textDocument.uri) ? only : undefined;
}
