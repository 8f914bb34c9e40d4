/** Going on air and off it: the check before, the big button, how long the show has run, and the end, which can
 * be taken back for a few seconds. Whoever leaves the page within them means it: the end is sent at once. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Watched } from "../room/watched";
import { RoomElement, SecondHand } from "../room/element";
import { clock } from "../room/format";
import { say } from "./words";
import type { Camera } from "./camera";
import { checks, measureUplink } from "./checks";
import type { Check } from "./checks";
import type { HealthWatch } from "./health";
import { post } from "./page";
import type { StudioPage } from "../room/protocol";

const SECONDS_TO_UNDO = 5;

export class StudioAir extends RoomElement {
  static override properties = {
    uplink: { state: true },
    starting: { state: true },
    endsAt: { state: true },
    trouble: { state: true },
  };

  declare camera: Camera;
  declare page: StudioPage;
  declare health: HealthWatch;
  private uplink: number | null = null;
  private starting = false;
  private endsAt = 0;
  private endTimer = 0;
  /** What did not work, and in which state of the show: in another one it says nothing any more. */
  private trouble = { words: "", state: "" };

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override watched(): Watched[] {
    return [...super.watched(), this.camera, this.health];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pagehide", this.leaving);
    document.addEventListener("visibilitychange", this.leaving);
    void measureUplink(this.page.speed).then((uplink) => {
      this.uplink = uplink;
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
      <p class="room-trouble" role="alert">${this.lastTrouble() || (show.state === "live" ? this.sendingTrouble() : "")}</p>
      <div role="status">${this.health.advice.map((words) => html`<p class="notice notice--warning">${words}</p>`)}</div>
      ${show.state === "live" && this.camera.sending === "stalled" ? this.restart() : nothing}`;
  }

  private lastTrouble(): string {
    return this.trouble.state === this.store.state.show.state ? this.trouble.words : "";
  }

  private explain(words: string): void {
    this.trouble = { words, state: this.store.state.show.state };
  }

  private sendingTrouble(): string {
    const { sending, refusal } = this.camera;
    if (sending === "unsupported") return say("record_unsupported");
    if (sending === "stalled") return say(refusal === "recorder" ? "stalled_recorder" : "stalled_network");
    if (sending !== "refused") return "";
    if (refusal === "no_space") return say("disk_full");
    return say(refusal === "replaced" ? "taken_over" : "picture_refused");
  }

  private preparing(): TemplateResult {
    const found = checks({
      camera: this.camera.stream !== null,
      loudest: this.camera.loudest,
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
    const { stream, sending } = this.camera;
    const mayTakeOver = stream && !this.starting && (sending === "idle" || sending === "refused");
    return html`<p class="on-air">${this.pictureBadge()} ${say("on_air_for", { time })}</p>
      ${mayTakeOver ? this.takeOver() : nothing} ${this.endsAt ? this.ending() : this.endButton()}`;
  }

  /** LIVE only while a picture goes out: from this camera, or from wherever the room says. */
  private pictureBadge(): TemplateResult {
    const { sending, isWanted } = this.camera;
    const goesOut = isWanted ? sending === "sending" : this.store.state.video.playlist !== null;
    if (goesOut) return html`<span class="badge badge--live">${say("live")}</span>`;
    return html`<span class="badge badge--warn">${say(sending === "connecting" ? "connecting" : "no_picture")}</span>`;
  }

  /** On air already, from another device or before a reload: the camera can take over. */
  private takeOver(): TemplateResult {
    return html`<button class="button button--primary button--full" type="button" @click=${this.sendCamera}>
      ${say("send_camera")}
    </button>`;
  }

  private restart(): TemplateResult {
    return html`<button class="button button--primary button--full" type="button" @click=${() => void this.camera.turnOn()}>
      ${say("restart_camera")}
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
    this.explain("");
    const answer = await post(this.page.goLive);
    this.starting = false;
    if (answer.ok) this.camera.send();
    this.explain(answer.ok ? "" : say("go_live_failed", { detail: answer.detail }));
  };

  private readonly startEnding = (): void => {
    this.endsAt = Date.now() + SECONDS_TO_UNDO * 1000;
    this.explain("");
    this.endTimer = window.setTimeout(() => void this.end(), SECONDS_TO_UNDO * 1000);
  };

  private readonly undoEnd = (): void => {
    this.stopTimer();
    this.endsAt = 0;
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
    if (answer.ok) this.camera.close(); // the room tells the rest of the page
    this.explain(answer.ok ? "" : answer.detail);
  }
}
