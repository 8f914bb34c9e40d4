/** Menus are <details>: one closes the others, Escape and a tap elsewhere close it. */

export function setUpMenus(page: Document): void {
  const opened = (): NodeListOf<HTMLDetailsElement> => page.querySelectorAll("details[data-menu][open]");
  page.addEventListener("click", (event) => {
    for (const menu of opened()) {
      if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
    }
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of opened()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
