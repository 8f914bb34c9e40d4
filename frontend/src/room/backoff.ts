/** How long to wait before the next try to connect: doubling, bounded, and spread so that a thousand phones
 * that lost the same server don't come back in the same instant. */

export const FIRST_WAIT_MS = 500;
export const MAX_WAIT_MS = 15_000;

/** Milliseconds to wait before try number `attempt` (from 0); `random` is in [0, 1). */
export function waitBefore(
  attempt: number,
  random: number,
  first: number = FIRST_WAIT_MS,
  longest: number = MAX_WAIT_MS,
): number {
  const ceiling = Math.min(longest, first * 2 ** attempt);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
