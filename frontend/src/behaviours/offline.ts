/** A line above the page while the network is away; pages that hold a connection of their own say more. */

export function setUpOffline(page: Document): void {
  const line = page.querySelector<HTMLElement>("[data-offline]");
  if (!line) return;
  const tell = (): void => {
    line.hidden = navigator.onLine;
  };
  window.addEventListener("offline", tell);
  window.addEventListener("online", tell);
  tell();
}
