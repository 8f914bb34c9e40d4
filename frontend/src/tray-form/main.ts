/** Moves chosen offers up and down in the form of a show: by buttons, or by dragging. The order of the rows is the
 * order of the tray, so the form means the same with and without this script. */

import "../studio/studio.css";

function rows(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-row]")];
}

function move(row: HTMLElement, by: -1 | 1): void {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
}

function wireButtons(list: HTMLElement): void {
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-move]") : null;
    const row = button?.closest<HTMLElement>("[data-row]");
    if (!button || !row) return;
    move(row, button.dataset["move"] === "up" ? -1 : 1);
    button.focus();
  });
}

function wireDragging(list: HTMLElement): void {
  let dragged: HTMLElement | null = null;
  for (const row of rows(list)) {
    row.draggable = true;
    row.addEventListener("dragstart", () => {
      dragged = row;
      row.dataset["dragged"] = "";
    });
    row.addEventListener("dragend", () => {
      delete row.dataset["dragged"];
      dragged = null;
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) row.before(dragged);
      else row.after(dragged);
    });
  }
}

for (const list of document.querySelectorAll<HTMLElement>("[data-sortable]")) {
  wireButtons(list);
  wireDragging(list);
}
