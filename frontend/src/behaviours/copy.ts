/** Buttons that copy a field's value, and say so on themselves for a moment. */

import { fresh } from "./fresh";

const SAID_MS = 2000;

export function setUpCopy(root: ParentNode): void {
  for (const button of fresh<HTMLButtonElement>(root, "[data-copy]")) {
    button.addEventListener("click", () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const field = document.getElementById(button.dataset.copy ?? "");
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // The value stays selected: the reader copies it by hand.
  }
  say(button);
}

function say(button: HTMLButtonElement): void {
  const label = button.querySelector("[data-copy-label]");
  const before = label?.textContent ?? "";
  if (!label || before === button.dataset.copied) return;
  label.textContent = button.dataset.copied ?? before;
  label.setAttribute("role", "status");
  setTimeout(() => {
    label.textContent = before;
  }, SAID_MS);
}
