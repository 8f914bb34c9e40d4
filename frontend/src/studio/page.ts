/** What the server hands to the studio's scripts, beside what it hands to every room. */

import { csrfToken, readPage } from "../room/page";
import type { StudioPage } from "../room/protocol";
import { say } from "./words";

export function readStudioPage(): StudioPage {
  return readPage("studio-page") as StudioPage;
}

export type Posted = { ok: true } | { ok: false; detail: string };

interface Problem {
  detail?: string;
  title?: string;
  errors?: { detail: string }[];
}

/** Post to one of the studio's own addresses, even if the page is left meanwhile; a refusal comes back in the
 * server's words, and one that cannot be reached has words too. */
export async function post(address: string, fields?: Record<string, string>): Promise<Posted> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { accept: "application/json", "x-csrftoken": csrfToken() },
      body: fields ? new URLSearchParams(fields) : null,
      keepalive: true,
    });
    if (answer.ok) return { ok: true };
    const problem = (await answer.json()) as Problem;
    const beside = (problem.errors ?? []).map((one) => one.detail).join(" "); // no field is there to be marked
    return { ok: false, detail: beside || (problem.detail ?? problem.title ?? say("action_failed")) };
  } catch {
    return { ok: false, detail: say("no_connection") };
  }
}
