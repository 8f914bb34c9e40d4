// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { raise } from "./sheets";

HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  if (!this.open) return;
  this.open = false;
  setTimeout(() => this.dispatchEvent(new Event("close"))); // a task of its own, as in browsers
};

describe("an open sheet", () => {
  let first: HTMLDialogElement;
  let second: HTMLDialogElement;

  beforeEach(() => {
    document.body.innerHTML = "<dialog></dialog><dialog></dialog>";
    [first, second] = [...document.querySelectorAll("dialog")] as [HTMLDialogElement, HTMLDialogElement];
  });

  const settled = () => new Promise((resolve) => setTimeout(resolve, 60));
  const isBelow = () => !(history.state as { sheet?: boolean } | null)?.sheet;

  const below = () =>
    vi.waitFor(() => {
      expect(isBelow()).toBe(true);
    }, 30_000);

  it("is closed by Back, and the page stays", async () => {
    raise(first);
    expect(isBelow()).toBe(false);
    history.back();
    await vi.waitFor(() => {
      expect(first.open).toBe(false);
    });
    await below();
  });

  it("takes its entry away when it closes by itself", async () => {
    raise(first);
    first.close();
    await below();
  });

  it("hands its entry on to the sheet that it gives way to", async () => {
    raise(first);
    const { length } = history;
    first.close();
    raise(second);
    await settled();
    expect(second.open).toBe(true);
    expect(history.length).toBe(length);
    history.back();
    await below();
    expect(second.open).toBe(false);
  });

  it("lets one that is raised while it leaves stay open", async () => {
    raise(first);
    first.close();
    await new Promise((resolve) => setTimeout(resolve, 1));
    raise(second);
    await settled();
    expect(second.open).toBe(true);
    expect(isBelow()).toBe(false);
    second.close();
    await below();
  });
});
