/** "Share": the phone's own sheet where there is one, else the link goes to the clipboard, and a message says so. */

import { toast } from "../behaviours/toast";
import { say } from "./words";

export function shareButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => void share());
  }
}

async function share(): Promise<void> {
  const link = { title: document.title, url: location.href };
  // The types promise both, but neither exists without TLS.
  const able: Partial<Pick<Navigator, "share" | "clipboard">> = navigator;
  try {
    if (able.share) await able.share(link);
    else if (able.clipboard) {
      await able.clipboard.writeText(link.url);
      toast(say("link_copied"));
    }
  } catch {
    // The viewer closed the sheet: nothing to say.
  }
}
