/** Who may not write, below the chat: a short list from which each can be let in again. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { RoomConnection } from "../room/connection";
import type { Watched } from "../room/watched";
import { RoomElement, SecondHand } from "../room/element";
import { clock } from "../room/format";
import type { Silenced, SilencedList } from "../room/protocol";
import { say } from "./words";
import { moderate } from "./moderation";
import type { HostWatch } from "./watch";

/** So many letters tell a viewer apart whose name the room does not know any more. */
const SHORT_PSEUDONYM = 4;

export class StudioSilenced extends RoomElement {
  declare connection: RoomConnection;
  declare silenced: HostWatch<SilencedList>;

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override watched(): Watched[] {
    return [...super.watched(), this.silenced];
  }

  protected override render(): TemplateResult | typeof nothing {
    const known = this.silenced.current?.viewers ?? [];
    const viewers = known.filter(({ until }) => until === null || until > Date.now());
    if (!viewers.length) return nothing;
    return html`<details class="studio__panel">
      <summary>${say("silenced", { count: viewers.length })}</summary>
      <ul class="silenced">
        ${viewers.map((viewer) => this.row(viewer))}
      </ul>
    </details>`;
  }

  private row({ viewer, name, until }: Silenced): TemplateResult {
    const called = name ?? say("viewer_unnamed", { mark: viewer.slice(0, SHORT_PSEUDONYM) });
    const lift = (): void => {
      const done = say("allowed_again", { name: called });
      void moderate(this.connection, { do: until === null ? "unblock" : "unmute", viewer }, done);
    };
    return html`<li>
      <span class="silenced__who"
        ><b>${called}</b>
        <span>${until === null ? say("blocked_for_good") : say("muted_for", { time: clock(until - Date.now()) })}</span></span
      >
      <button class="button button--small" type="button" aria-label=${say("allow_viewer", { name: called })} @click=${lift}>
        ${say("allow")}
      </button>
    </li>`;
  }
}
