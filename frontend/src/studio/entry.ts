/** A claim of somebody who has called: entered by the host, decided like all claims of the show, and handed on by a
 * link that the host sends. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { toast } from "../behaviours/toast";
import { RoomElement } from "../room/element";
import { newKey } from "../room/keys";
import { csrfToken } from "../room/page";
import type { ClaimEntered } from "../room/protocol";
import { say } from "./words";

export class StudioEntry extends RoomElement {
  static override properties = { trouble: { state: true }, entered: { state: true }, busy: { state: true } };

  /** Where claims are entered. */
  declare address: string;
  /** What is done once one was entered. */
  declare whenEntered: () => void;
  private trouble = "";
  private entered: ClaimEntered | null = null;
  private busy = false;
  /** Sent again, the same entry is the same claim; any change makes it another. */
  private key = newKey();

  protected override render(): TemplateResult | typeof nothing {
    const { show, tray } = this.store.state;
    if (show.state !== "live" || !tray.length) return nothing;
    return html`<details class="studio__panel studio-entry">
      <summary>${say("enter_claim")}</summary>
      <form class="stack" @submit=${this.submit} @input=${this.changed}>
        <p class="field__hint">${say("enter_hint")}</p>
        <label class="field"
          ><span class="field__label">${say("enter_name")}</span
          ><input class="field__input" name="name" maxlength="30" autocomplete="off" required
        /></label>
        <label class="field"
          ><span class="field__label">${say("enter_what")}</span
          ><select class="field__input" name="variant_id" required>
            ${tray.map(
              ({ code, title, variants }) =>
                html`<optgroup label=${[code, title].filter(Boolean).join(" ")}>
                  ${variants.map(({ variant_id, label }) => html`<option value=${variant_id}>${[code, label || title].filter(Boolean).join(" ")}</option>`)}
                </optgroup>`,
            )}
          </select></label
        >
        <label class="field"
          ><span class="field__label">${say("enter_quantity")}</span
          ><input class="field__input" name="quantity" type="number" inputmode="numeric" min="1" max="999" value="1" required
        /></label>
        <p class="room-trouble" role="alert">${this.trouble}</p>
        <button class="button button--primary button--full" ?disabled=${this.busy}>${say("enter_do")}</button>
      </form>
      <div class="stack" role="status">${this.entered ? this.outcome(this.entered) : nothing}</div>
    </details>`;
  }

  private outcome({ words, link }: ClaimEntered): TemplateResult {
    return html`<p data-entered><b>${words}</b></p>
      ${link
        ? html`<label class="field"
              ><span class="field__label">${say("enter_link")}</span><input class="field__input" readonly .value=${wholeAddress(link)}
            /></label>
            <button class="button button--secondary" type="button" @click=${() => void copyLink(link)}>${say("copy_link")}</button>`
        : nothing}`;
  }

  private readonly changed = (): void => {
    this.key = newKey();
  };

  private readonly submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    const form = event.currentTarget as HTMLFormElement;
    this.busy = true;
    const answer = await enter(this.address, form, this.key);
    this.busy = false;
    this.trouble = "detail" in answer ? answer.detail : "";
    if ("detail" in answer) return;
    this.entered = answer;
    this.key = newKey();
    form.reset();
    this.whenEntered();
  };
}

async function enter(address: string, form: HTMLFormElement, key: string): Promise<ClaimEntered | { detail: string }> {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.set(name, value);
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { accept: "application/json", "x-csrftoken": csrfToken(), "idempotency-key": key },
      body: fields,
    });
    if (answer.ok) return (await answer.json()) as ClaimEntered;
    const problem = (await answer.json()) as { detail?: string; title?: string };
    return { detail: problem.detail ?? problem.title ?? say("action_failed") };
  } catch {
    return { detail: say("no_connection") };
  }
}

/** The link with the address of this site before it, where the shop is on the same one. */
function wholeAddress(link: string): string {
  return new URL(link, location.href).href;
}

/** Put the link where the host can paste it; what can't be copied can still be read and sent by hand. */
export async function copyLink(path: string): Promise<void> {
  const link = wholeAddress(path);
  try {
    await navigator.clipboard.writeText(link);
    toast(say("link_copied"));
  } catch {
    toast(link);
  }
}
