/** The base of the room's elements: they draw into the page itself, so that the site's styles apply, and they
 * replace what the server drew in their place. Each redraws when the room, or what else it
 * watches, changes, as long as it is in the page. */

import { LitElement } from "lit";
import type { RoomStore } from "./store";
import type { Watched } from "./watched";

export abstract class RoomElement extends LitElement {
  declare store: RoomStore;
  private ends: (() => void)[] = [];

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  /** What it draws. */
  protected watched(): Watched[] {
    return [this.store];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ends = this.watched().map((one) =>
      one.subscribe(() => {
        this.requestUpdate();
      }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.ends) end();
  }
}

/** Give the elements of this name, which the server has drawn, their properties, then bring them to life. */
export function mount<T extends HTMLElement>(name: string, kind: new () => T, given: Partial<T>): void {
  for (const element of document.querySelectorAll(name)) Object.assign(element, given);
  customElements.define(name, kind);
}

/** Redraw an element each second while it is in the page; for clocks. */
export class SecondHand {
  private timer = 0;

  constructor(private readonly host: LitElement) {
    host.addController(this);
  }

  hostConnected(): void {
    this.timer = window.setInterval(() => {
      this.host.requestUpdate();
    }, 1000);
  }

  hostDisconnected(): void {
    window.clearInterval(this.timer);
  }
}
