/** What lies over the video: the live badge and the viewers, what the picture is doing, the tap for sound, the
 * countdown of a planned show, the end. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { RoomElement, SecondHand } from "./element";
import { count, countdown, moment } from "./format";
import type { LivePlayer } from "./player";
import { icon } from "./icons";
import { ReplayOutlook } from "./outlook";
import type { Outlook } from "./outlook";
import { say } from "./words";
import type { Word } from "./words";

/** The badge and the number of viewers, in the top bar. */
export class RoomStatus extends RoomElement {
  protected override render(): TemplateResult {
    const { show, viewers, sold } = this.store.state;
    return html`${show.state === "live" ? html`<span class="badge badge--live">${say("live")}</span>` : nothing}
      ${show.state === "ended" ? html`<span class="badge badge--glass">${say("replay")}</span>` : nothing}
      ${show.state === "live"
        ? html`<span class="badge badge--glass room-viewers"
            >${icon("eye")}<span aria-hidden="true">${count(viewers)}</span
            ><span class="visually-hidden">${say("viewers", { count: count(viewers) })}</span></span
          >`
        : nothing}
      ${sold.units ? html`<span class="badge badge--glass room-sold">${say("units_sold", { count: count(sold.units) })}</span>` : nothing}`;
  }
}

/** Messages over the picture. There is at most one, the most important. */
export class RoomScreen extends RoomElement {
  declare player: LivePlayer;
  declare video: HTMLVideoElement;
  declare replay: string;
  private outlook: ReplayOutlook | null = null;

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override render(): TemplateResult {
    const { show } = this.store.state;
    return html`${this.lineMessage()}
      <div class="screen-middle">
        ${show.state === "planned" ? this.planned(show.starts_at) : nothing}
        ${show.state === "live" ? this.live() : nothing} ${show.state === "ended" ? this.ended() : nothing}
      </div>`;
  }

  private lineMessage(): TemplateResult {
    const { status } = this.store;
    const words: Word | null = status === "open" || status === "connecting" ? null : status;
    return html`<p class="screen-line" role="status">${words ? say(words) : nothing}</p>`;
  }

  private planned(startsAt: number): TemplateResult {
    const left = startsAt - Date.now();
    const words = left > 0 ? say("starts_in", { time: countdown(left) }) : say("starts_now");
    return html`<div class="screen-countdown"><p role="timer">${words}</p><p class="screen-when">${moment(startsAt)}</p></div>`;
  }

  private live(): TemplateResult | typeof nothing {
    if (!this.store.state.video.playlist) return html`<p class="screen-note">${say("getting_ready")}</p>`;
    switch (this.player.state) {
      case "blocked":
        return html`<button class="screen-play" type="button" @click=${this.play}>${icon("play")} ${say("play")}</button>`;
      case "lost":
        return html`<p class="screen-note" role="status">${say("video_lost")}</p>`;
      case "unsupported":
        return html`<p class="screen-note">${say("video_unsupported")}</p>`;
      default:
        return this.soundButton();
    }
  }

  private soundButton(): TemplateResult | typeof nothing {
    if (!this.video.muted) return nothing;
    return html`<button class="screen-sound" type="button" @click=${this.unmute}>${icon("sound")} ${say("tap_for_sound")}</button>`;
  }

  private ended(): TemplateResult {
    this.outlook ??= new ReplayOutlook(this.replay, () => {
      this.requestUpdate();
    });
    this.outlook.start();
    return html`<div class="screen-note" role="status">
      <p>${say("ended")}</p>
      ${this.replayNote(this.outlook.current)}
    </div>`;
  }

  private replayNote(outlook: Outlook): TemplateResult {
    if (outlook === "ready")
      return html`<a class="button button--primary" href=${location.pathname}>${say("watch_replay")}</a>`;
    return html`<p>${say(outlook === "none" ? "replay_none" : "replay_preparing")}</p>`;
  }

  private readonly play = (): void => {
    this.video.muted = false;
    void this.player.play();
  };

  private readonly unmute = (): void => {
    this.video.muted = false;
    this.requestUpdate();
  };
}
