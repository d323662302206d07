// Decides whether a server that ended is started again. Times are in milliseconds.

export const MOST_EXITS = 3;
export const WITHIN_MS = 3 * 60_000;

export interface AfterExit {
  /** The times of exits that still count; the caller passes them at the next exit. */
  readonly exits: readonly number[];
  readonly again: boolean;
}

export function afterExit(earlier: readonly number[], now: number): AfterExit {
  const exits = [...earlier.filter((then) => now - then < WITHIN_MS), now];
  return { exits, again: exits.length < MOST_EXITS };
}
