/** Short messages below the page: those that the server sent, and those of scripts. */

import { fresh } from "./fresh";

const STAYS_MS = 6000;
const STAYS_WITH_ACTION_MS = 12_000;

export function setUpToasts(root: ParentNode): void {
  for (const message of fresh<HTMLElement>(root, "[data-toast]")) arm(message);
}

/** Show a message; with an action it stays longer and offers that, such as an undo. */
export function toast(text: string, action?: { label: string; run: () => void }): void {
  const region = document.querySelector("[data-toasts]");
  if (!region) return;
  const message = document.createElement("div");
  message.className = "toast";
  const words = document.createElement("span");
  words.className = "toast__text";
  words.textContent = text;
  message.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast__action";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      message.remove();
      action.run();
    });
    message.append(button);
  }
  region.append(message);
  arm(message);
}

function arm(message: HTMLElement): void {
  const close = (): void => {
    message.classList.add("toast--leaving");
    setTimeout(() => { message.remove(); }, 200);
  };
  message.querySelector("[data-toast-close]")?.addEventListener("click", close);
  const stays = message.querySelector("form, .toast__action:not([data-toast-close])") ? STAYS_WITH_ACTION_MS : STAYS_MS;
  let timer = setTimeout(close, stays);
  // Whoever points at a message or has the focus in it is still reading.
  for (const begin of ["pointerenter", "focusin"]) message.addEventListener(begin, () => { clearTimeout(timer); });
  for (const end of ["pointerleave", "focusout"]) {
    message.addEventListener(end, () => { timer = setTimeout(close, stays); });
  }
}
