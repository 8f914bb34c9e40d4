/** A line above the page while the network is away; pages that hold a connection of their own say more. */

import { onHeard } from "./heard";

export function setUpOffline(page: Document): void {
  const line = page.querySelector<HTMLElement>("[data-offline]");
  if (!line) return;
  let since = 0;
  const update = (): void => {
    line.hidden = navigator.onLine;
    since = performance.now();
  };
  window.addEventListener("offline", update);
  window.addEventListener("online", update);
  onHeard((at) => {
    if (at > since) line.hidden = true; // browsers are wrong about some networks; an answer is not
  });
  update();
}
