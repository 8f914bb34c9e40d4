/** The studio's picture: the camera as the host sees it, the choice of devices, and the level of the sound. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Watched } from "../room/watched";
import { RoomElement } from "../room/element";
import { say } from "./words";
import type { Word } from "./words";
import type { Camera } from "./camera";

export class StudioPreview extends RoomElement {
  declare camera: Camera;

  protected override watched(): Watched[] {
    return [...super.watched(), this.camera];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { stream, trouble, level } = this.camera;
    if (this.store.state.show.state === "ended") return nothing;
    // A stream that is set again, though the same, starts the picture anew: it is set when it is another one.
    return html`<div class="studio-picture">
        <video autoplay playsinline muted .srcObject=${guard([stream], () => stream)} ?hidden=${!stream}></video>
        ${stream ? nothing : this.switchOn()} ${this.line()}
      </div>
      ${trouble ? html`<p class="room-trouble" role="alert">${trouble}</p>` : nothing}
      <label class="level"
        ><span>${say("sound_level")}</span><meter min="0" max="1" low="0.15" .value=${level ?? 0}></meter
        >${stream && level === null ? html`<small>${say("check_sound_unknown")}</small>` : nothing}</label
      >
      ${stream ? this.choices() : nothing}`;
  }

  /** One line over the picture: the room's own line first, since without it the rest is old. */
  private line(): TemplateResult {
    const { status } = this.store;
    const words = status === "reconnecting" || status === "offline" ? say(status) : this.sendingLine();
    return html`<p class="screen-line" role="status">${words}</p>`;
  }

  private sendingLine(): string {
    return this.camera.sending === "reconnecting" ? say("picture_resuming") : "";
  }

  private switchOn(): TemplateResult {
    return html`<button class="button button--large" type="button" @click=${() => void this.camera.turnOn()}>
      ${say(this.camera.trouble ? "try_again" : "turn_camera_on")}
    </button>`;
  }

  private choices(): TemplateResult {
    const { devices, choice } = this.camera;
    return html`<div class="studio-devices">
      ${this.select("camera", devices.cameras, choice.camera)}
      ${this.select("microphone", devices.microphones, choice.microphone)}
    </div>`;
  }

  private select(kind: "camera" | "microphone", devices: MediaDeviceInfo[], chosen: string | null): TemplateResult {
    const word: Word = kind;
    return html`<label class="field"
      ><span class="field__label">${say(word)}</span>
      <span class="field__box"
        ><select class="field__input" @change=${(event: Event) => {
          this.choose(kind, event);
        }}>
          ${devices.map(
            (device, index) =>
              html`<option value=${device.deviceId} ?selected=${device.deviceId === chosen}>
                ${device.label || say("device", { number: index + 1 })}
              </option>`,
          )}
        </select></span
      ></label
    >`;
  }

  private choose(kind: "camera" | "microphone", event: Event): void {
    const id = (event.target as HTMLSelectElement).value;
    void this.camera.turnOn({ ...this.camera.choice, [kind]: id });
  }
}
