/** Units that this browser holds: placing a hold, remembering it across page loads, and how long it lasts.
 *
 * The till decides; this is only its echo. A hold's end is kept in the phone's own time, corrected by the
 * difference to the server's, so that a phone whose clock is wrong still shows an honest countdown.
 */

import { csrfToken } from "../room/page";
import type { HeldUnits, HoldGranted, HoldList, HoldWanted } from "../room/protocol";
import { Watched } from "../room/watched";

export interface Hold {
  hold_id: string;
  variant_id: string;
  title: string;
  quantity: number;
  /** When it ends, in milliseconds of this phone's clock. */
  ends: number;
}

/** What is asked for, and what the till need not be told: how it is called. */
export interface HoldRequest extends HoldWanted {
  title: string;
}

/** `detail` says in the server's words what stands against it, if the server was reached. */
export type HoldAnswer =
  | { ok: true; hold: Hold }
  | { ok: false; code: string; detail: string; available: number | null };

const MAX_SKEW_MS = 5_000;

interface Refused {
  code?: string;
  detail?: string;
  facts?: { available?: number };
}

/** Ask the till to hold units. The same key asks for the same hold, however often it is sent. */
export async function placeHold({ title, ...wanted }: HoldRequest): Promise<HoldAnswer> {
  try {
    const answer = await fetch("/cart/holds", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "x-csrftoken": csrfToken() },
      body: JSON.stringify(wanted),
    });
    if (!answer.ok) return refusal(answer.status, (await answer.json()) as Refused);
    const { hold } = (await answer.json()) as HoldGranted;
    return { ok: true, hold: echoOf({ title, ...hold }, answer.headers.get("date")) };
  } catch {
    return { ok: false, code: "offline", detail: "", available: null };
  }
}

function echoOf({ id, expires_at, ...held }: HeldUnits, date: string | null): Hold {
  return { hold_id: id, ...held, ends: Date.parse(expires_at) - clockError(date) };
}

/** Milliseconds by which the server's clock is ahead of this phone's; the header counts in whole seconds and may be
 * a little old, so a small difference is none. Exported for its test. */
export function clockError(date: string | null, now: number = Date.now()): number {
  const ahead = date ? Date.parse(date) - now : 0;
  return Math.abs(ahead) < MAX_SKEW_MS ? 0 : ahead;
}

function refusal(status: number, body: Refused): HoldAnswer {
  const code = status === 429 ? "rate_limited" : (body.code ?? "failed");
  return { ok: false, code, detail: body.detail ?? "", available: body.facts?.available ?? null };
}

const STORAGE_KEY = "etalase.holds";

/** The holds of this browser tab that have not ended; soonest first. */
export class HoldStore extends Watched {
  private holds: Hold[];

  constructor(private readonly storage: Storage = sessionStorage) {
    super();
    this.holds = readHolds(storage);
  }

  current(now: number = Date.now()): Hold[] {
    return this.holds.filter((hold) => hold.ends > now).sort((one, other) => one.ends - other.ends);
  }

  add(hold: Hold): void {
    this.replace([...this.holds.filter((one) => one.hold_id !== hold.hold_id), hold]);
  }

  /** Follow the till: units may have been taken out, added or bought elsewhere. Out of reach, what is known stands. */
  async refresh(): Promise<void> {
    try {
      const answer = await fetch("/cart/holds", { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const { holds } = (await answer.json()) as HoldList;
      this.replace(holds.map((held) => echoOf(held, answer.headers.get("date"))));
    } catch {
      // Asked again when the next page comes.
    }
  }

  private replace(holds: Hold[]): void {
    this.holds = holds;
    this.storage.setItem(STORAGE_KEY, JSON.stringify(this.current()));
    this.notify();
  }
}

function readHolds(storage: Storage): Hold[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? "[]");
    return Array.isArray(stored) ? (stored as Hold[]) : [];
  } catch {
    return [];
  }
}
