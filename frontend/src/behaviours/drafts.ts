/** What was typed is not lost because something else loads the page again: within this tab it is written back.
 *
 * A form with `data-draft` keeps its draft, whatever way leads back to it, until a page says that it is done
 * (`data-draft-done`) or a button that it, or some fields of it, is to be forgotten (`data-draft-drop`). Of every other page with several forms,
 * the ones that are not sent are carried over the sending of one. A chosen file can't be carried: that is asked about
 * before, in the page's words. Secrets and what the server hides in a form are never kept.
 */

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Kept = Record<string, string | boolean>;

const DRAFT = "etalase.draft.";
const CARRIED = "etalase.carried.";
const CARRIED_FOR_MS = 300_000;
const NEVER_KEPT = new Set(["hidden", "password", "file", "submit", "button", "image", "reset"]);

const MARKS = new Set(["checkbox", "radio"]);

const written = new WeakSet<Field>();

export function setUpDrafts(root: ParentNode): void {
  for (const done of root.querySelectorAll<HTMLElement>("[data-draft-done]")) {
    sessionStorage.removeItem(DRAFT + (done.dataset.draftDone ?? ""));
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    writeBack(form, read(DRAFT + (form.dataset.draft ?? "")));
  }
}

export function keepDrafts(page: Document): void {
  const save = (event: Event): void => {
    const field = event.target as Field;
    const name = field.form?.dataset.draft;
    if (name !== undefined && mayBeKept(field)) store(DRAFT + name, { ...read(DRAFT + name), [nameOf(field)]: valueOf(field) });
  };
  page.addEventListener("input", save);
  page.addEventListener("change", save);
  writeCarried(page);
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    const drop = event.submitter?.getAttribute("data-draft-drop");
    if (typeof drop === "string") forget(DRAFT + (form.dataset.draft ?? ""), drop.split(" ").filter(Boolean));
    const others = [...page.forms].filter((other) => other !== form && other.method === "post");
    const ask = page.body.dataset.unsentFile;
    if (ask && others.some(hasFile) && !window.confirm(ask)) event.preventDefault();
    else carry(page, others);
  });
}

function hasFile(form: HTMLFormElement): boolean {
  return [...form.elements].some((field) => field instanceof HTMLInputElement && Boolean(field.files?.length));
}

function carry(page: Document, forms: HTMLFormElement[]): void {
  const changed = forms.map((form) => [place(page, form), keptOf(form)] as const).filter(([, kept]) => Object.keys(kept).length);
  if (changed.length) store(CARRIED + location.pathname, { at: Date.now(), forms: Object.fromEntries(changed) });
}

function writeCarried(page: Document): void {
  const key = CARRIED + location.pathname;
  const { at = 0, forms = {} } = read(key) as { at?: number; forms?: Record<string, Kept> };
  sessionStorage.removeItem(key);
  if (Date.now() - at > CARRIED_FOR_MS) return;
  for (const form of page.forms) writeBack(form, forms[place(page, form)] ?? {});
}

/** Forms of the same page are told apart by where they are sent. */
function place(page: Document, form: HTMLFormElement): string {
  const action = form.getAttribute("action") ?? "";
  return `${action} ${String([...page.forms].filter((one) => one.getAttribute("action") === action).indexOf(form))}`;
}

/** What somebody has changed in a form, by name; a box by its value too. */
function keptOf(form: HTMLFormElement): Kept {
  return Object.fromEntries(changedFields(form).map((field) => [nameOf(field), valueOf(field)]));
}

/** The fields that hold something else than the page gave them, but for secrets and those that send themselves. */
export function changedFields(form: HTMLFormElement): Field[] {
  return fieldsOf(form).filter(isChanged);
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(mayBeKept);
}

function mayBeKept(field: Element): field is Field {
  return (
    (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) &&
    field.name !== "" &&
    !NEVER_KEPT.has(field.type) &&
    !field.matches("[data-autosubmit]")
  );
}

function nameOf(field: Field): string {
  return field.type === "checkbox" ? `${field.name}=${field.value}` : field.name;
}

function valueOf(field: Field): string | boolean {
  return field instanceof HTMLInputElement && field.type === "checkbox" ? field.checked : field.value;
}

function isChanged(field: Field): boolean {
  if (isDot(field)) return field.checked && !field.defaultChecked;
  if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.value !== field.defaultValue;
}

function isDot(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && field.type === "radio";
}

/** Write into each field once, and tell whoever follows it; what the page says already is left. */
function writeBack(form: HTMLFormElement, kept: Kept): void {
  for (const field of fieldsOf(form)) {
    const value = kept[nameOf(field)];
    if (value === undefined || written.has(field)) continue;
    written.add(field);
    if (isDot(field) ? field.checked || value !== field.value : value === valueOf(field)) continue;
    if (field instanceof HTMLInputElement && MARKS.has(field.type)) field.checked = value !== false;
    else field.value = String(value);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Forget a draft, or no more of it than the fields of these names. */
function forget(key: string, names: string[]): void {
  const kept = names.length ? Object.entries(read(key)).filter(([name]) => !names.includes(name)) : [];
  if (kept.length) store(key, Object.fromEntries(kept));
  else sessionStorage.removeItem(key);
}

function read(key: string): Kept {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

function store(key: string, kept: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // A browser without room keeps nothing.
  }
}
