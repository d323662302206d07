// Whether a server that ended is started again. Pure; times in milliseconds.

export const MOST_EXITS = 3;
export const WITHIN_MS = 3 * 60_000;

export interface AfterExit {
  /** The exits that still count, to be handed in at the next one. */
  readonly exits: readonly number[];
  readonly again: boolean;
}

export function afterExit(earlier: readonly number[], now: number): AfterExit {
  const exits = [...earlier.filter((then) => now - then < WITHIN_MS), now];
  return { exits, again: exits.length < MOST_EXITS };
}
