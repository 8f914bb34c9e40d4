/** The cart's places in line, kept as they are now: each says its number, and the page is shown anew when a turn comes. */

import type { HoldList } from "../room/protocol";
import { fresh } from "./fresh";

export function setUpTurns(root: ParentNode, reload: () => void = () => { location.reload(); }): void {
  for (const section of fresh<HTMLElement>(root, "[data-turns]")) follow(section, reload);
}

function follow(section: HTMLElement, reload: () => void): void {
  const ask = async (): Promise<void> => {
    const list = await asked();
    if (!section.isConnected) return;
    if (list && hasTurn(section, list)) reload();
    else wait(list?.ask_again_seconds ?? Number(section.dataset["turns"]));
  };
  const wait = (seconds: number): void => {
    if (seconds > 0) setTimeout(() => void ask(), seconds * 1000);
  };
  wait(Number(section.dataset["turns"]));
}

async function asked(): Promise<HoldList | null> {
  try {
    const answer = await fetch("/cart/holds", { headers: { accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as HoldList) : null;
  } catch {
    return null; // asked again in a while
  }
}

/** Write each number anew; a place that is gone has become a turn, or was left elsewhere. */
function hasTurn(section: HTMLElement, list: HoldList): boolean {
  for (const shown of section.querySelectorAll<HTMLElement>("[data-place]")) {
    const place = list.awaited.find((one) => one.variant_id === shown.dataset["place"]);
    if (!place) return true;
    if (shown.textContent !== place.words) shown.textContent = place.words;
  }
  return false;
}
