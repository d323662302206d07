// The real computer, as `find.ts` sees it.
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { Machine } from "./pure/find";

const PATIENCE_MS = 5000;

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    home: os.homedir(),
    path: (process.env.PATH ?? "")
      .split(path.delimiter)
      .filter((name) => path.isAbsolute(name)),
    isFile: async (name) => {
      const found = await stat(name).catch(() => undefined);
      return found?.isFile() ?? false;
    },
    output: (program, args) =>
      new Promise((resolve) => {
        execFile(program, args, { timeout: PATIENCE_MS }, (error, stdout) => {
          resolve(error === null ? stdout : undefined);
        });
      }),
  };
}
