/** Dialogs and sheets: openers are links to their ids, so that they work before this runs. */

import { fresh } from "./fresh";
import { raise } from "./sheets";

export function setUpDialogs(root: ParentNode): void {
  for (const opener of fresh<HTMLElement>(root, "[data-dialog-open]")) {
    opener.addEventListener("click", (event) => {
      if (openDialog(opener.dataset.dialogOpen ?? "")) event.preventDefault();
    });
    asButton(opener);
  }
  for (const dialog of fresh<HTMLDialogElement>(root, "dialog.dialog")) setUpClosing(dialog);
}

export function openDialog(id: string): boolean {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  raise(dialog);
  return true;
}

function setUpClosing(dialog: HTMLDialogElement): void {
  for (const closer of dialog.querySelectorAll<HTMLElement>("[data-dialog-close]")) {
    asButton(closer);
    closer.addEventListener("click", (event) => {
      if (!dialog.open) return;
      event.preventDefault();
      dialog.close();
    });
  }
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // a tap beside the dialog
  });
}

/** A link that says it is a button answers the space bar too. */
function asButton(element: HTMLElement): void {
  element.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    element.click();
  });
}
