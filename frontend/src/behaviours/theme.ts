/** The theme changes at once; the form that carries the choice is sent beside it and remembered by the server. */

export function setUpTheme(page: Document): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>("[data-theme-choice]")) {
    button.addEventListener("click", (event) => {
      if (!button.form) return;
      event.preventDefault();
      choose(page, button);
    });
  }
}

function choose(page: Document, button: HTMLButtonElement): void {
  const form = button.form;
  if (!form) return;
  const choice = button.dataset.themeChoice ?? "auto";
  if (choice === "auto") delete page.documentElement.dataset.theme;
  else page.documentElement.dataset.theme = choice;
  for (const other of page.querySelectorAll("[data-theme-choice]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) if (typeof value === "string") fields.append(name, value);
  void fetch(form.action, { method: "POST", body: fields, redirect: "manual" }).catch(() => {
    form.requestSubmit(button); // without the network the whole page says so
  });
}
