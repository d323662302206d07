// Which program is the server: the user's own command, else the bundled Python
// packages, else uvx. Knows nothing of VS Code.
import * as path from "node:path";

/** The parts of the computer that the search needs; tests replace them. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The folders of PATH. */
  readonly path: readonly string[];
  isFile(name: string): Promise<boolean>;
  /** What the program prints, or undefined if it fails or does not answer soon. */
  output(program: string, args: readonly string[]): Promise<string | undefined>;
}

export interface Found {
  readonly kind: "found";
  readonly program: string;
  readonly args: readonly string[];
  readonly source: "fim-lsp.server.command" | "bundled" | "uvx";
}

export interface Missing {
  readonly kind: "missing";
  /** A sentence for the user: what is wrong, and what to do. */
  readonly sentence: string;
  readonly remedy: "settings" | "python";
}

const OLDEST_PYTHON = [3, 11] as const;
const VERSION = "import sys; print('%d.%d' % sys.version_info[:2])";

/**
 * `wish` is the value of `fim-lsp.server.command`. If it cannot be used, the user is told,
 * and no other program is taken. `bundled` is the script that starts the
 * packages inside the extension.
 */
export async function findServer(
  wish: unknown,
  bundled: string,
  version: string,
  machine: Machine,
): Promise<Found | Missing> {
  if (wish !== undefined && wish !== null) {
    return await wished(wish, machine);
  }
  const [python, oldest] = await findPython(machine);
  if (python !== undefined && (await machine.isFile(bundled))) {
    // -E -s: neither PYTHONPATH nor the user's own packages may stand in between.
    const args = ["-E", "-s", bundled, "--stdio"];
    return { kind: "found", program: python, args, source: "bundled" };
  }
  const uvx = await which("uvx", machine);
  if (uvx !== undefined) {
    const args = [`fim-lsp@${version}`, "--stdio"];
    return { kind: "found", program: uvx, args, source: "uvx" };
  }
  const seen = oldest === undefined ? "none was found" : `only ${oldest} was found`;
  return {
    kind: "missing",
    sentence: `fim-lsp needs Python 3.11 or newer; ${seen}. Install it, then run “fim-lsp: Restart Server”.`,
    remedy: "python",
  };
}

async function wished(wish: unknown, machine: Machine): Promise<Found | Missing> {
  const isList = Array.isArray(wish) && wish.every((word) => typeof word === "string");
  const [first, ...rest] = isList ? wish : [];
  if (first === undefined || first.trim() === "") {
    return wrongWish(
      'must be a list of words, such as ["/home/me/.local/bin/fim-lsp"]',
    );
  }
  const program = await which(expandHome(first, machine.home), machine);
  if (program === undefined) {
    return wrongWish(`names ${first}, which is not a program here`);
  }
  const args = rest.includes("--stdio") ? rest : [...rest, "--stdio"];
  return { kind: "found", program, args, source: "fim-lsp.server.command" };
}

function wrongWish(what: string): Missing {
  const sentence = `The setting fim-lsp.server.command ${what}.`;
  return { kind: "missing", sentence, remedy: "settings" };
}

/** A Python that is new enough, else the version of the newest one that is too old. */
async function findPython(
  machine: Machine,
): Promise<[python: string | undefined, newestOld: string | undefined]> {
  let newestOld: readonly [number, number, string] | undefined;
  for (const name of pythonNames(machine.platform)) {
    const program = await which(name, machine);
    if (program === undefined) continue;
    const printed = (await machine.output(program, ["-c", VERSION]))?.trim() ?? "";
    const match = /^(\d+)\.(\d+)$/.exec(printed);
    if (match === null) continue;
    const [major, minor] = [Number(match[1]), Number(match[2])];
    if (!isOlder([major, minor], OLDEST_PYTHON)) return [program, undefined];
    if (newestOld === undefined || isOlder(newestOld, [major, minor])) {
      newestOld = [major, minor, `Python ${printed} (${program})`];
    }
  }
  return [undefined, newestOld?.[2]];
}

function isOlder(
  left: readonly [number, number, ...unknown[]],
  right: readonly [number, number],
): boolean {
  return left[0] < right[0] || (left[0] === right[0] && left[1] < right[1]);
}

function pythonNames(platform: NodeJS.Platform): readonly string[] {
  const numbered = [14, 13, 12, 11].map((minor) => `python3.${minor}`);
  return platform === "win32"
    ? ["python", "python3", "py"]
    : ["python3", ...numbered, "python"];
}

/** The program's full path, looked up as a shell would, and where shells add folders. */
async function which(name: string, machine: Machine): Promise<string | undefined> {
  const paths = machine.platform === "win32" ? path.win32 : path.posix;
  const endings = machine.platform === "win32" ? [".exe", ""] : [""];
  const folders = paths.isAbsolute(name)
    ? [""]
    : [...machine.path, ...usualFolders(machine)];
  for (const folder of folders) {
    for (const ending of endings) {
      const candidate = paths.join(folder, name) + ending;
      if (await machine.isFile(candidate)) return candidate;
    }
  }
  return undefined;
}

/** An editor started from a dock does not see what the shell's profile adds to PATH. */
function usualFolders(machine: Machine): readonly string[] {
  if (machine.platform === "win32") {
    return [path.win32.join(machine.home, ".local", "bin")];
  }
  const own = [".local/bin", ".cargo/bin", ".pyenv/shims"];
  return [
    ...own.map((folder) => path.posix.join(machine.home, folder)),
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/usr/bin",
  ];
}

function expandHome(name: string, home: string): string {
  return /^~[/\\]/.test(name) ? home + name.slice(1) : name;
}
