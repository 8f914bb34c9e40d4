/** The chat: the last lines as a log that a screen reader follows politely, and the input, which asks for a name
 * when the first line is sent. The name can be changed later, and one's own lines taken back. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { claimNote, HOLDS_CHANGED } from "./claims";
import type { BuyerWord } from "./claims";
import type { ClaimSaid, Outcome } from "./protocol";
import type { RoomConnection } from "./connection";
import { RoomElement } from "./element";
import type { ChatLine, Limits } from "./protocol";
import { icon } from "./icons";
import { newKey } from "./keys";
import { say } from "./words";

const NEAR_BOTTOM_PX = 48;

export class RoomChat extends RoomElement {
  static override properties = {
    atBottom: { state: true },
    askingName: { state: true },
    trouble: { state: true },
    claim: { state: true },
  };

  declare connection: RoomConnection;
  declare limits: Limits;
  /** Who writes, for the till; the room has none where nothing is bought in it. */
  declare buyer: BuyerWord | undefined;
  /** Buttons beside a line; the studio gives them. */
  declare actions: ((line: ChatLine) => TemplateResult) | undefined;
  private atBottom = true;
  /** Whether a name is asked for, and what for: to say a first line, or to be called otherwise. */
  private askingName: "first" | "other" | null = null;
  /** Whether the focus was in the log before it was drawn anew. */
  private focusInLog = false;
  /** The line that the room has not answered yet; the same text tried again keeps its key. */
  private unsaid: { text: string; key: string } | null = null;
  private trouble = "";
  /** What became of the last line that asked to buy. */
  private claim: ClaimSaid | null = null;

  protected override render(): TemplateResult {
    return html`
      <div class="room-log" role="log" aria-live="polite" aria-label=${say("chat")} tabindex="0" @scroll=${this.scrolled}>
        ${repeat(
          this.store.state.chat,
          (line) => line.id,
          (line) => this.line(line),
        )}
        ${this.invitation()}
      </div>
      ${this.atBottom
        ? nothing
        : html`<button class="room-log-newest" type="button" @click=${this.toBottom}>${say("chat_newest")}</button>`}
      ${claimNote(this.claim, this.closeClaim)}
      <p class="room-trouble" role="alert">${this.trouble}</p>
      ${this.form()}
    `;
  }

  private line(line: ChatLine): TemplateResult {
    return html`<div class="room-line">
      <p>
        <b class="room-line-name">${line.name}</b>${line.host
          ? html` <span class="room-line-host">${say("chat_host")}</span>`
          : nothing}
        <span>${line.text}</span>
      </p>
      ${this.actions?.(line) ?? this.takeBack(line)}
    </div>`;
  }

  /** The way to take back a line of one's own. */
  private takeBack(line: ChatLine): TemplateResult | typeof nothing {
    if (line.viewer !== this.store.you.viewer) return nothing;
    return html`<button
      class="room-line-back"
      type="button"
      aria-label=${say("take_back", { text: line.text })}
      @click=${() => void this.takeLineBack(line)}
    >
      ${icon("close")}
    </button>`;
  }

  private invitation(): TemplateResult | typeof nothing {
    const { chat, show } = this.store.state;
    return chat.length || show.state === "ended" ? nothing : html`<p class="room-log-empty">${say("chat_empty")}</p>`;
  }

  private form(): TemplateResult | typeof nothing {
    if (this.store.state.show.state === "ended") return nothing;
    return this.askingName ? this.nameForm() : this.lineForm();
  }

  private lineForm(): TemplateResult {
    return html`<form class="room-composer" aria-label=${say("chat")} @submit=${this.submitLine}>
      ${this.nameButton()}
      <input
        name="text"
        aria-label=${say("chat_placeholder")}
        placeholder=${say("chat_placeholder")}
        maxlength=${this.limits.line}
        autocomplete="off"
        enterkeyhint="send"
        required
        @focus=${() => void this.buyer?.get()}
      />
      <button class="button button--primary" type="submit" aria-label=${say("chat_send")}>${icon("send")}</button>
    </form>`;
  }

  private nameButton(): TemplateResult | typeof nothing {
    const { name } = this.store.you;
    if (!name) return nothing;
    return html`<button class="room-composer-name" type="button" aria-label=${say("name_change", { name })} @click=${this.changeName}>
      ${Array.from(name)[0]}
    </button>`;
  }

  private nameForm(): TemplateResult {
    return html`<form class="room-composer" aria-label=${say("name_label")} @submit=${this.submitName} @keydown=${this.escaped}>
      <button class="room-composer-name" type="button" aria-label=${say("name_back")} @click=${this.backToLine}>
        ${icon("close")}
      </button>
      <input
        name="name"
        aria-label=${say("name_label")}
        placeholder=${say("name_label")}
        maxlength=${this.limits.name}
        autocomplete="nickname"
        enterkeyhint="send"
        required
      />
      <button class="button button--primary" type="submit" aria-label=${say("name_save")}>${icon("send")}</button>
    </form>`;
  }

  protected override willUpdate(): void {
    this.focusInLog = this.log()?.contains(document.activeElement) ?? false;
  }

  protected override updated(): void {
    // a line that broke before its reply, or another tab, may have told the room our name already
    if (this.askingName === "first" && this.store.you.name !== null) void this.ask(null);
    // the line that had the focus is gone: the next one is near
    if (this.focusInLog && document.activeElement === document.body) this.log()?.focus({ preventScroll: true });
    if (this.atBottom) this.log()?.scrollTo(0, this.log()?.scrollHeight ?? 0);
  }

  private log(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".room-log");
  }

  private readonly scrolled = (): void => {
    const log = this.log();
    if (!log) return;
    const atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM_PX;
    if (atBottom === this.atBottom) return;
    this.atBottom = atBottom;
  };

  private readonly toBottom = (): void => {
    this.atBottom = true;
  };

  private readonly submitLine = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const field = fieldOf(event, "text");
    const text = field.value.trim();
    if (!text) return;
    this.atBottom = true;
    if (this.unsaid?.text !== text) this.unsaid = { text, key: newKey() };
    if (this.store.you.name === null) await this.ask("first");
    else await this.sayIt();
  };

  private readonly submitName = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const name = fieldOf(event, "name").value.trim();
    if (!name || !(await this.takeName(name))) return;
    this.store.you = { ...this.store.you, name };
    await this.ask(null);
  };

  /** Be called so from now on; the first time with the line that waits for a name. */
  private async takeName(name: string): Promise<boolean> {
    if (this.askingName === "first") return await this.sayIt(name);
    return this.explain(await this.connection.send({ do: "name", name }));
  }

  private readonly changeName = (): void => {
    this.unsaid = null;
    const typed = this.querySelector<HTMLInputElement>("input[name=text]")?.value.trim();
    if (typed) this.unsaid = { text: typed, key: newKey() };
    void this.ask("other");
  };

  private readonly backToLine = (): void => {
    this.trouble = "";
    void this.ask(null);
  };

  private readonly escaped = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.backToLine();
  };

  /** Take a line back; its words can be mended and sent again. */
  private async takeLineBack(line: ChatLine): Promise<void> {
    if (!this.explain(await this.connection.send({ do: "delete", line: line.id }))) return;
    const field = this.querySelector<HTMLInputElement>("input[name=text]");
    if (!field || field.value) return;
    field.value = line.text;
    field.focus();
  }

  /** Say the line that is not said yet, with a name if it is the first; the answer is whether the room took it. */
  private async sayIt(name?: string): Promise<boolean> {
    const line = this.unsaid;
    if (!line) return true;
    const outcome = await this.sendLine(line, name);
    if (!this.explain(outcome)) return false;
    this.showClaim(outcome);
    if (this.unsaid === line) this.unsaid = null;
    const field = this.querySelector<HTMLInputElement>("input[name=text]");
    if (field?.value.trim() === line.text) field.value = "";
    return true;
  }

  /** Send the line with the till's word; once more where that was too old. */
  private async sendLine(line: { text: string; key: string }, name?: string): Promise<Outcome> {
    for (let last = false; ; last = true) {
      const buyer = (await this.buyer?.get()) ?? "";
      const named = { ...(name !== undefined && { name }), ...(buyer && { buyer }) };
      const outcome = await this.connection.send({ do: "say", ...line, ...named });
      const unknown = outcome.ok && outcome.result?.claim?.code === "buyer_needed";
      if (!unknown || last || !this.buyer) return outcome;
      this.buyer.forget();
    }
  }

  private showClaim(outcome: Outcome): void {
    this.claim = (outcome.ok && outcome.result?.claim) || null;
    if (this.claim?.code === "held") window.dispatchEvent(new Event(HOLDS_CHANGED));
  }

  private readonly closeClaim = (): void => {
    this.claim = null;
  };

  private async ask(name: "first" | "other" | null): Promise<void> {
    this.askingName = name;
    await this.updateComplete;
    const field = this.querySelector<HTMLInputElement>(".room-composer input");
    if (!field) return;
    field.value = name === null ? (this.unsaid?.text ?? "") : (this.store.you.name ?? "");
    field.focus();
    if (name === "other") field.select();
  }

  /** Show what went wrong, if anything; the answer is whether all went well. */
  private explain(outcome: Outcome): boolean {
    this.trouble = outcome.ok ? "" : troubleWith(outcome.problem.code, outcome.problem.detail);
    return outcome.ok;
  }
}

function troubleWith(code: string, detail: string): string {
  return code === "offline" ? say("chat_failed") : detail || say("chat_failed");
}

function fieldOf(event: SubmitEvent, name: string): HTMLInputElement {
  return (event.currentTarget as HTMLFormElement).elements.namedItem(name) as HTMLInputElement;
}
