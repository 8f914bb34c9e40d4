/** Units that this browser holds: placing a hold, remembering it across page loads, and how long it lasts.
 *
 * The till decides; this is only its echo. A hold's end is kept in the phone's own time, corrected by the
 * difference to the server's, so that a phone whose clock is wrong still shows an honest countdown.
 */

import { csrfToken } from "../room/page";
import type { AwaitedUnits, HeldUnits, HoldGranted, HoldList, HoldTerms, HoldWanted, LineSeen, PlaceGiven, TakenBackUnits } from "../room/protocol";
import { Watched } from "../room/watched";

export interface Hold {
  hold_id: string;
  variant_id: string;
  title: string;
  quantity: number;
  /** When it ends, in milliseconds of this phone's clock. */
  ends: number;
  /** How many were waited for in line; nothing for what was free. */
  awaited?: number;
  /** Its number among the claims of the show. */
  claim?: number | null;
}

/** What is asked for, and what the till need not be told: how it is called. */
export interface HoldRequest extends HoldWanted {
  title: string;
}

/** `detail` says in the server's words what stands against it, if the server was reached. */
export type HoldAnswer =
  | { ok: true; hold: Hold }
  | { ok: true; place: AwaitedUnits }
  | { ok: false; code: string; detail: string; available: number | null };

const MAX_SKEW_MS = 5_000;
const IN_LINE = 202;

interface Refused {
  code?: string;
  detail?: string;
  facts?: { available?: number };
}

/** Ask the till to hold units, or for a place in line where the request says that it would wait. The same key asks for the same hold, however often it is sent. */
export async function placeHold({ title, ...wanted }: HoldRequest): Promise<HoldAnswer> {
  try {
    const answer = await fetch("/cart/holds", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "x-csrftoken": csrfToken() },
      body: JSON.stringify(wanted),
    });
    if (!answer.ok) return refusal(answer.status, (await answer.json()) as Refused);
    if (answer.status === IN_LINE) return { ok: true, place: { ...((await answer.json()) as PlaceGiven).place, title } };
    const { hold } = (await answer.json()) as HoldGranted;
    const echo = echoOf({ title, awaited: 0, ...hold }, answer.headers.get("date"));
    return { ok: true, hold: { ...echo, claim: hold.claim } };
  } catch {
    return { ok: false, code: "offline", detail: "", available: null };
  }
}

/** How it stands with what no unit is free of; nothing where the till is out of reach. */
export async function seeLine(variant: string): Promise<LineSeen | null> {
  try {
    const answer = await fetch(`/cart/waitlist/${variant}`, { headers: { accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as LineSeen) : null;
  } catch {
    return null;
  }
}

/** On which terms a unit is held for this buyer; nothing where the till is out of reach. */
export async function seeTerms(variant: string): Promise<HoldTerms | null> {
  try {
    const answer = await fetch(`/cart/terms/${variant}`, { headers: { accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as HoldTerms) : null;
  } catch {
    return null;
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

const AWAY_SECONDS = 5;
const STORAGE_KEY = "etalase.holds";
const LINE_KEY = "etalase.line";
const TAKEN_KEY = "etalase.taken";

/** The holds of this browser that have not ended, soonest first: a tab that a phone has closed, or one opened beside,
 * knows them too. */
export class HoldStore extends Watched {
  private holds: Hold[];
  /** What is waited for in line, the oldest place first. */
  awaited: AwaitedUnits[];
  /** The last turn that came on this page. */
  turn: Hold | null = null;
  turnCame = 0;
  /** What shops have let go that was held here, in words, until it was said. */
  private taken: string[] = [];
  private timer = 0;

  constructor(private readonly storage: Storage = localStorage) {
    super();
    this.holds = readStored<Hold>(storage, STORAGE_KEY);
    this.awaited = readStored<AwaitedUnits>(storage, LINE_KEY);
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
      this.follow((await answer.json()) as HoldList, answer.headers.get("date"));
    } catch {
      if (this.awaited.length) this.askAgain(AWAY_SECONDS); // else asked again when the next page comes
    }
  }

  /** Join the line: from now on the till is asked when it is this buyer's turn. */
  joined(place: AwaitedUnits): void {
    this.awaited = [...this.awaited.filter((one) => one.variant_id !== place.variant_id), place];
    this.replace(this.holds);
    this.askAgain(1);
  }

  /** Return what shops have let go that this page has not said yet; nothing the next time. */
  seeTaken(): string {
    const words = this.taken.join(" ");
    this.taken = [];
    return words;
  }

  leave(variant: string): Promise<boolean> {
    return this.send(`/cart/waitlist/${variant}/leave`);
  }

  /** Let the next in line have what is held on a turn. Tells whether somebody was there to have it. */
  skip(hold: Hold): Promise<boolean> {
    return this.send(`/cart/holds/${hold.hold_id}/skip`);
  }

  /** Give back what is held and no longer wanted. */
  release(hold: Hold): Promise<boolean> {
    return this.send(`/cart/holds/${hold.hold_id}/release`);
  }

  private async send(path: string): Promise<boolean> {
    try {
      const headers = { "content-type": "application/json", accept: "application/json", "x-csrftoken": csrfToken() };
      const answer = await fetch(path, { method: "POST", headers, body: "{}" });
      if (answer.ok) this.follow((await answer.json()) as HoldList, answer.headers.get("date"));
      return answer.ok;
    } catch {
      return false;
    }
  }

  /** Take what the till says as it is; what was waited for and is held since this browser last heard is a turn. */
  private follow(list: HoldList, date: string | null): void {
    const known = new Set(this.holds.map((hold) => hold.hold_id));
    const holds = list.holds.map((held) => echoOf(held, date));
    const turn = holds.find((hold) => hold.awaited && !known.has(hold.hold_id));
    if (turn) [this.turn, this.turnCame] = [turn, Date.now()];
    this.awaited = list.awaited;
    this.noticeTaken(list.taken_back);
    this.replace(holds);
    this.askAgain(list.ask_again_seconds);
  }

  /** Say once of each what a shop has let go; the cart shows it for longer. */
  private noticeTaken(taken: TakenBackUnits[]): void {
    const known = readStored<string>(this.storage, TAKEN_KEY);
    const fresh = taken.filter(({ id }) => !known.includes(id));
    if (!fresh.length) return;
    this.storage.setItem(TAKEN_KEY, JSON.stringify(taken.map(({ id }) => id)));
    this.taken = fresh.map(({ words }) => words);
  }

  private askAgain(seconds: number): void {
    clearTimeout(this.timer);
    if (seconds > 0) this.timer = window.setTimeout(() => void this.refresh(), seconds * 1000);
  }

  private replace(holds: Hold[]): void {
    this.holds = holds;
    this.storage.setItem(STORAGE_KEY, JSON.stringify(this.current()));
    this.storage.setItem(LINE_KEY, JSON.stringify(this.awaited));
    this.notify();
  }
}

function readStored<Kind>(storage: Storage, key: string): Kind[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(key) ?? "[]");
    return Array.isArray(stored) ? (stored as Kind[]) : [];
  } catch {
    return [];
  }
}
