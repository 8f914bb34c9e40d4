/** Quick actions beside a chat line: delete it, mute its writer for ten minutes, block them from the shop. What was done
 * is told with a way back, and so is what could not be done. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { toast } from "../behaviours/toast";
import type { RoomConnection } from "../room/connection";
import type { ChatLine, Command } from "../room/protocol";
import { say } from "./words";

const MUTE_SECONDS = 600;

/** Do it and say what came of it, unless it is plain to see: `done`, with a way back where there is one, or why not. */
export async function moderate(
  connection: RoomConnection,
  command: Command,
  done = "",
  back?: { command: Command; done: string },
): Promise<void> {
  const outcome = await connection.send(command);
  if (!outcome.ok) toast(outcome.problem.detail || say(outcome.problem.code === "offline" ? "no_connection" : "action_failed"));
  else if (back) toast(done, { label: say("undo"), run: () => void moderate(connection, back.command, back.done) });
  else if (done) toast(done);
}

/** The menu of one line; the host's own lines can only be deleted. */
export function moderationMenu(connection: RoomConnection, line: ChatLine): TemplateResult {
  const { viewer, name } = line;
  const allowed = say("allowed_again", { name });
  return html`<details class="line-menu">
    <summary aria-label=${say("moderate", { name })}>⋯</summary>
    <div class="line-menu__acts">
      ${button(say("delete_line"), () => moderate(connection, { do: "delete", line: line.id }))}
      ${line.host
        ? []
        : [
            button(say("mute_10"), () =>
              moderate(connection, { do: "mute", viewer, seconds: MUTE_SECONDS }, say("viewer_muted", { name }), {
                command: { do: "unmute", viewer },
                done: allowed,
              }),
            ),
            button(say("block"), () =>
              moderate(connection, { do: "block", viewer }, say("viewer_blocked", { name }), {
                command: { do: "unblock", viewer },
                done: allowed,
              }),
            ),
          ]}
    </div>
  </details>`;
}

function button(words: string, act: () => Promise<void>): TemplateResult {
  const tapped = (event: Event): void => {
    const menu = (event.currentTarget as HTMLElement).closest("details");
    menu?.removeAttribute("open");
    menu?.querySelector("summary")?.focus();
    void act();
  };
  return html`<button class="button button--small" type="button" @click=${tapped}>${words}</button>`;
}
