/** One command on its way to the room and back. */

import type { Command, Outcome, Reply } from "./protocol";

export const UNREACHED: Outcome = { ok: false, problem: { code: "offline", detail: "" } };

/** What carries the command now: the line, a post of its own, or nothing until the next line opens. */
export type Carrier = "line" | "post" | null;

export class Asked {
  carrier: Carrier = null;
  private wasRepeated = false;
  private timer = 0;

  constructor(
    readonly id: number,
    readonly command: Command,
    private readonly resolve: (outcome: Outcome) => void,
  ) {}

  settle(outcome: Outcome): void {
    window.clearTimeout(this.timer);
    this.resolve(outcome);
  }

  /** Call `late` unless the command is settled, or this is called again, within so many milliseconds. */
  within(milliseconds: number, late: () => void): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(late, milliseconds);
  }

  /** Whether it may be sent once more; the room takes a line twice under one key as one. */
  takeRepeat(): boolean {
    const may = this.command.do === "say" && !this.wasRepeated;
    this.wasRepeated = true;
    return may;
  }
}

export function outcomeOf(reply: Reply): Outcome {
  if (!reply.ok) return { ok: false, problem: reply.problem };
  return reply.result ? { ok: true, result: reply.result } : { ok: true };
}
