/** Parts of the page that the server drew for some states of the show only (`data-when="planned live"`) follow the show
 * from state to state, so that no page offers what is over. */

import type { RoomStore } from "./store";

/** Follow the show of `store`; `changed` hears of each state, the first one too. */
export function followShow(store: RoomStore, changed: (state: string) => void = () => undefined): void {
  let last = "";
  const follow = (): void => {
    const { state } = store.state.show;
    if (state === last) return;
    last = state;
    document.body.dataset["show"] = state;
    for (const part of document.querySelectorAll<HTMLElement>("[data-when]")) {
      part.hidden = !(part.dataset["when"] ?? "").split(" ").includes(state);
    }
    changed(state);
  };
  store.subscribe(follow);
  follow();
}
