/** The few icons that the room's scripts draw; the same drawings as in the server's set. */

import { html, svg } from "lit";
import type { TemplateResult } from "lit";

const DRAWINGS = {
  bag: svg`<path d="M5 8.25h14l1 12.25H4L5 8.25Z"/><path d="M8.5 11V7a3.5 3.5 0 0 1 7 0v4"/>`,
  eye: svg`<path d="M2.5 12S6 5.75 12 5.75 21.5 12 21.5 12 18 18.25 12 18.25 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="3"/>`,
  send: svg`<path d="M20.5 3.5 3.5 10.25l6.75 3.5 3.5 6.75L20.5 3.5Zm0 0L10.25 13.75"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  sound: svg`<path d="M4 9.5h3.5L12 5.5v13l-4.5-4H4v-5ZM15.5 9a4.25 4.25 0 0 1 0 6M18 6.25a8 8 0 0 1 0 11.5"/>`,
  play: svg`<path d="M7.5 4.75v14.5L19.25 12 7.5 4.75Z"/>`,
};

/** An icon beside words, or in a control that has a label: it says nothing itself. */
export function icon(name: keyof typeof DRAWINGS): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${DRAWINGS[name]}</svg>`;
}
