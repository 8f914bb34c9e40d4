/** The numbers that matter on air. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { RoomElement } from "../room/element";
import { count } from "../room/format";
import { say } from "../room/words";
export class StudioNumbers extends RoomElement {
  protected override render(): TemplateResult {
    const { viewers, sold, hearts } = this.store.state;
    return html`<dl class="figures">
      ${figure(say("figure_viewers"), count(viewers))} ${figure(say("figure_sold"), count(sold.units))}
      ${figure(say("figure_hearts"), count(hearts))}
    </dl>`;
  }
}

function figure(name: string, value: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
