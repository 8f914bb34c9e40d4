/** Going on air and off it: the check before, the big button, how long the show has run, and the end, which can
 * be taken back for a few seconds. Whoever leaves the page within them means it: the end is sent at once. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { RoomElement, SecondHand } from "../room/element";
import { clock } from "../room/format";
import { say } from "../room/words";
import type { Camera } from "./camera";
import { checks, measureUplink } from "./checks";
import type { Check } from "./checks";
import { post } from "./page";
import type { StudioPage } from "./page";

const SECONDS_TO_UNDO = 5;

export class StudioAir extends RoomElement {
  declare camera: Camera;
  declare page: StudioPage;
  private uplink: number | null = null;
  private starting = false;
  private endsAt = 0;
  private endTimer = 0;
  private trouble = "";

  constructor() {
    super();
    new SecondHand(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.camera.subscribe(() => {
      this.requestUpdate();
    });
    window.addEventListener("pagehide", this.leaving);
    document.addEventListener("visibilitychange", this.leaving);
    void measureUplink(this.page.speed).then((uplink) => {
      this.uplink = uplink;
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.leaving);
    document.removeEventListener("visibilitychange", this.leaving);
  }

  protected override render(): TemplateResult {
    const { show } = this.store.state;
    return html`${show.state === "planned" ? this.preparing() : nothing} ${show.state === "live" ? this.during() : nothing}
      <p class="room-trouble" role="alert">${this.trouble || this.sendingTrouble()}</p>`;
  }

  private sendingTrouble(): string {
    const { sending, refusal } = this.camera;
    if (sending === "unsupported") return say("record_unsupported");
    if (sending !== "refused") return "";
    if (refusal === "no_space") return say("disk_full");
    return say(refusal === "replaced" ? "taken_over" : "picture_refused");
  }

  private preparing(): TemplateResult {
    const found = checks({
      camera: this.camera.stream !== null,
      loudest: this.camera.stream ? this.camera.loudest : null,
      uplink: this.uplink,
      tray: this.store.state.tray,
      buying: this.page.buying,
    });
    return html`<ul class="checks">
        ${found.map((one) => this.check(one))}
      </ul>
      <button
        class="button button--primary button--large button--full"
        type="button"
        ?disabled=${!this.camera.stream || this.starting}
        @click=${this.goLive}
      >
        ${say(this.starting ? "going_live" : "go_live")}
      </button>`;
  }

  private check(check: Check): TemplateResult {
    const sign = { good: "✓", poor: "!", wait: "…" }[check.mark];
    return html`<li class="check-line" data-mark=${check.mark}>
      <span class="check-line__sign" aria-hidden="true">${sign}</span>
      <b>${say(check.name)}</b> <span>${check.words}</span>
    </li>`;
  }

  private during(): TemplateResult {
    const time = clock(Date.now() - (this.store.state.show.started_at ?? Date.now()));
    const camera = this.camera.stream && this.camera.sending === "idle";
    return html`<p class="on-air"><span class="badge badge--live">${say("live")}</span> ${say("on_air_for", { time })}</p>
      ${camera ? this.resume() : nothing} ${this.endsAt ? this.ending() : this.endButton()}`;
  }

  /** On air already, from another device or before a reload: the camera can take over. */
  private resume(): TemplateResult {
    return html`<button class="button button--primary button--full" type="button" @click=${this.sendCamera}>
      ${say("go_live")}
    </button>`;
  }

  private endButton(): TemplateResult {
    return html`<button class="button button--danger button--full" type="button" @click=${this.startEnding}>
      ${say("end_show")}
    </button>`;
  }

  private ending(): TemplateResult {
    const seconds = Math.max(0, Math.ceil((this.endsAt - Date.now()) / 1000));
    return html`<p class="on-air" role="status">${say("end_in", { seconds })}</p>
      <button class="button button--primary button--large button--full" type="button" @click=${this.undoEnd}>
        ${say("end_undo")}
      </button>`;
  }

  private readonly sendCamera = (): void => {
    this.camera.send();
  };

  private readonly goLive = async (): Promise<void> => {
    this.starting = true;
    this.requestUpdate();
    const answer = await post(this.page.goLive);
    this.starting = false;
    this.trouble = answer.ok ? "" : say("go_live_failed", { detail: answer.detail });
    if (answer.ok) this.camera.send();
    this.requestUpdate();
  };

  private readonly startEnding = (): void => {
    this.endsAt = Date.now() + SECONDS_TO_UNDO * 1000;
    this.requestUpdate();
    this.endTimer = window.setTimeout(() => void this.end(), SECONDS_TO_UNDO * 1000);
  };

  private readonly undoEnd = (): void => {
    this.stopTimer();
    this.endsAt = 0;
    this.requestUpdate();
  };

  /** A phone hides a page before it closes it, and may say no more than that. */
  private readonly leaving = (event: Event): void => {
    if (this.endTimer && (event.type === "pagehide" || document.hidden)) void this.end();
  };

  private stopTimer(): void {
    window.clearTimeout(this.endTimer);
    this.endTimer = 0;
  }

  private async end(): Promise<void> {
    this.stopTimer();
    const answer = await post(this.page.end);
    this.endsAt = 0;
    this.trouble = answer.ok ? "" : answer.detail || say("action_failed");
    if (answer.ok) {
      this.camera.stopSending();
      this.camera.turnOff();
    }
    this.requestUpdate();
  }
}
