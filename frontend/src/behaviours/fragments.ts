/** htmx, fetched only by pages that use it. It runs no code out of attributes: the CSP would refuse that anyway. */

import { changedFields } from "./drafts";

const USES_HTMX = "[hx-get], [hx-post], [hx-trigger], [hx-boost]";

export async function setUpFragments(page: Document, again: (root: ParentNode) => void): Promise<void> {
  if (!page.querySelector(USES_HTMX)) return;
  await import("htmx.org");
  await new Promise((resolve) => setTimeout(resolve)); // in its next turn it looks for what it is to hear
  page.addEventListener("htmx:before:request", (event) => { addToken(event, page); });
  page.addEventListener("htmx:after:swap", () => { again(page); });
  keepFocus(page);
  sayAgain(page);
}

/** Let the page follow from what somebody filled in before its scripts came, which nobody heard. */
export function sayAgain(page: Document): void {
  for (const form of page.forms) {
    for (const field of changedFields(form)) {
      for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
    }
  }
}

const REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary";

/** Where an answer replaces what has the focus, give it to what came in its place: htmx itself finds only ids again. */
export function keepFocus(page: Document): void {
  let held: Element | null = null;
  let around: HTMLElement[] = [];
  page.addEventListener("htmx:before:swap", () => {
    held = page.activeElement;
    around = [];
    for (let one = held?.parentElement; one && one !== page.body; one = one.parentElement) around.push(one);
  });
  page.addEventListener("htmx:after:swap", () => {
    if (held === null || held.isConnected) return;
    const place = around.find((one) => one.isConnected);
    const controls = [...(place?.querySelectorAll<HTMLElement>(REACHED) ?? [])];
    const same = controls.find((one) => isSame(one, held));
    const next = same ?? controls[0] ?? place;
    if (next === place) place?.setAttribute("tabindex", "-1");
    next?.focus({ preventScroll: true });
  });
}

function isSame(one: Element, other: Element | null): boolean {
  return ["name", "value", "type", "href"].every((name) => one.getAttribute(name) === other?.getAttribute(name));
}

/** Give each request of htmx the token against forged requests. */
function addToken(event: Event, page: Document): void {
  const token = page.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  const detail = (event as CustomEvent<{ ctx?: { request?: { headers?: Record<string, string> } } }>).detail;
  const headers = detail.ctx?.request?.headers;
  if (token && headers) headers["x-csrftoken"] = token;
}
