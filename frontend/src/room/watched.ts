/** Something that changes, and those who want to know. */
export class Watched {
  private readonly listeners = new Set<() => void>();

  /** Call `listener` after each change; the answer ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected notify(): void {
    for (const listener of this.listeners) listener();
  }
}
