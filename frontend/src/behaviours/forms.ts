/** What makes forms pleasant: filters that send themselves, steps of a number, pictures shown at once, one send a tap. */

import { newKey } from "../room/keys";
import { fresh } from "./fresh";

export function setUpForms(root: ParentNode): void {
  for (const filter of fresh<HTMLInputElement | HTMLSelectElement>(root, "[data-autosubmit]")) {
    filter.addEventListener("change", () => filter.form?.requestSubmit());
  }
  for (const chip of fresh<HTMLElement>(root, ".chips--scroll [aria-current]")) {
    chip.scrollIntoView({ block: "nearest", inline: "center" });
  }
  for (const quantity of fresh<HTMLElement>(root, "[data-quantity]")) setUpSteps(quantity);
  for (const link of fresh<HTMLAnchorElement>(root, ".error-summary a")) nameField(link);
  for (const list of fresh<HTMLElement>(root, ".error-summary ul")) sortAsFields(list);
  for (const file of fresh<HTMLElement>(root, "[data-file-preview]")) setUpPreview(file);
  for (const known of fresh<HTMLDataElement>(root, "data[data-fills]")) fill(known);
}

/** Mark the pressed button busy and let a form go out once, until the page changes or comes back: what is sent then
 * is another request, and gets a key of its own. */
export function guardDoubleSends(page: Document): void {
  page.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return;
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
    for (const button of page.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    for (const key of page.querySelectorAll<HTMLInputElement>("input[name=idempotency_key]")) key.value = newKey();
  });
}

/** Take back what was said against a field as soon as it is written in again: whether it is right now, the server says. */
export function clearMended(page: Document): void {
  const mend = (event: Event): void => {
    const field = event.target instanceof Element ? event.target : null;
    const part = field?.closest(".field--wrong, fieldset:has(> .field__error)");
    if (!field || !part) return;
    const names = new Set([field.id, ...[...part.querySelectorAll("legend[id]")].map((legend) => legend.id)]);
    part.classList.remove("field--wrong");
    part.querySelector(".field__error")?.remove();
    for (const wrong of [field, part]) wrong.removeAttribute("aria-invalid");
    for (const link of page.querySelectorAll<HTMLAnchorElement>(".error-summary a")) {
      if (names.has(link.hash.slice(1))) dropLine(link);
    }
  };
  page.addEventListener("input", mend);
  page.addEventListener("change", mend);
}

/** A summary without lines goes; until then it counts those that are left. */
function dropLine(link: HTMLAnchorElement): void {
  const summary = link.closest<HTMLElement>(".error-summary");
  link.closest("li")?.remove();
  const left = summary?.querySelectorAll("li").length ?? 0;
  const head = summary?.querySelector<HTMLElement>("[data-one]");
  if (!left) summary?.remove();
  else if (head) head.textContent = left === 1 ? (head.dataset.one ?? "") : head.textContent.replace(/\d+/, String(left));
}

/** Say in the summary of a form which field each line is about. */
function nameField(link: HTMLAnchorElement): void {
  const label = [...document.querySelectorAll("label")].find((one) => one.htmlFor === link.hash.slice(1));
  const words = label?.firstChild?.textContent?.trim();
  if (words) link.prepend(`${words}: `);
}

/** List what is to be mended in the order in which one meets it in the form; what has no field comes first. */
function sortAsFields(list: HTMLElement): void {
  const fields = [...document.querySelectorAll("[id^='f-']")].map((field) => field.id);
  const place = (line: Element): number => fields.indexOf(line.querySelector("a")?.hash.slice(1) ?? "");
  list.append(...[...list.children].sort((one, other) => place(one) - place(other)));
}

/** Write into a field what follows from another one, but never over what somebody typed. */
function fill(known: HTMLDataElement): void {
  const field = document.getElementById(known.dataset.fills ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  if (field.value && field.value !== field.dataset.filled && field.value !== known.value) return;
  const isNew = field.value !== known.value;
  field.value = known.value;
  field.dataset.filled = known.value;
  if (isNew) field.dispatchEvent(new Event("input", { bubbles: true }));
}

function setUpSteps(quantity: HTMLElement): void {
  const input = quantity.querySelector("input");
  if (!input) return;
  for (const button of quantity.querySelectorAll<HTMLButtonElement>("[data-step]")) {
    button.addEventListener("click", () => {
      if (button.dataset.step === "-1") input.stepDown();
      else input.stepUp();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

function setUpPreview(file: HTMLElement): void {
  const input = file.querySelector<HTMLInputElement>("input[type=file]");
  const frame = file.querySelector(".file__preview");
  input?.addEventListener("change", () => {
    const chosen = input.files?.[0];
    if (!frame || !chosen?.type.startsWith("image/")) return;
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(chosen);
    picture.addEventListener("load", () => { URL.revokeObjectURL(picture.src); }, { once: true });
    frame.replaceChildren(picture);
  });
}
