/** Quick actions beside a chat line: delete it, mute its writer for ten minutes, block them from the shop. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import type { RoomConnection } from "../room/connection";
import type { ChatLine, Command } from "../room/protocol";
import { say } from "../room/words";

const MUTE_SECONDS = 600;

/** The menu of one line; the host's own lines can only be deleted. */
export function moderationMenu(connection: RoomConnection, line: ChatLine): TemplateResult {
  const act = (command: Command) => (event: Event) => {
    (event.currentTarget as HTMLElement).closest("details")?.removeAttribute("open");
    void connection.send(command);
  };
  const button = (words: string, command: Command): TemplateResult =>
    html`<button class="button button--small" type="button" @click=${act(command)}>${words}</button>`;
  const others = line.host
    ? []
    : [
        button(say("mute_10"), { do: "mute", viewer: line.viewer, seconds: MUTE_SECONDS }),
        button(say("block"), { do: "block", viewer: line.viewer }),
      ];
  return html`<details class="line-menu">
    <summary aria-label=${say("moderate", { name: line.name })}>⋯</summary>
    <div class="line-menu__acts">${button(say("delete_line"), { do: "delete", line: line.id })} ${others}</div>
  </details>`;
}
