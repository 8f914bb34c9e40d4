/** Open dialogs and sheets are an entry of the history, so that Back (on a phone a gesture) closes them and keeps the page.
 *
 * However many are open, there is one entry for all of them: a sheet that gives way to another hands it on. A sheet that
 * closes by itself takes its entry away again. Pages inside a sheet make entries of their own after it: those are left
 * behind too.
 */

const MARK = "sheet";
const LEAVING_AGAIN_MS = 150;
const MAX_INNER_PAGES = 20;

const open: HTMLDialogElement[] = [];
let leaving = 0;
/** Whether the next step back is our own, and no request of the reader. */
let steppingBack = false;
let watching = false;

/** Show this dialog above the page, until it is closed or the reader goes back. */
export function raise(dialog: HTMLDialogElement): void {
  if (dialog.open) return;
  if (!watching) window.addEventListener("popstate", wentBack);
  watching = true;
  dialog.showModal();
  open.push(dialog);
  dialog.addEventListener("close", closed, { once: true });
  window.clearTimeout(leaving);
  if (!hasEntry()) addEntry();
}

function closed(event: Event): void {
  open.splice(open.indexOf(event.target as HTMLDialogElement), 1);
  if (!open.length) leaving = window.setTimeout(leaveEntry);
}

function hasEntry(): boolean {
  return typeof history.state === "object" && history.state !== null && MARK in history.state;
}

function addEntry(): void {
  history.pushState({ ...(history.state as object | null), [MARK]: true }, "");
}

/** Go back to before the sheet: over the entries of pages inside it, which leave the mark standing. */
function leaveEntry(tries = MAX_INNER_PAGES): void {
  if (open.length || !hasEntry() || !tries) return;
  steppingBack = true;
  history.back();
  leaving = window.setTimeout(leaveEntry, LEAVING_AGAIN_MS, tries - 1);
}

function wentBack(): void {
  if (hasEntry()) return; // a page inside went back
  window.clearTimeout(leaving);
  const isOurs = steppingBack;
  steppingBack = false;
  if (!isOurs) open.at(-1)?.close();
  if (open.length > (isOurs ? 0 : 1)) addEntry(); // one that was raised meanwhile, or lies below
}
