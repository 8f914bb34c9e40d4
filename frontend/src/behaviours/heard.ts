/** Tells whenever the server has answered anything: a fetch, a picture, a playlist or a part of the video. Whatever came
 * over the network from it proves that it can be reached, sooner than a browser's own word or the next try. */

/** `at` is the moment of the answer, on the clock of `performance.now()`. */
type Listener = (at: number) => void;

const listeners = new Set<Listener>();
let watching = false;

/** Call `listener` with each answer from now on; the result ends it. */
export function onHeard(listener: Listener): () => void {
  listeners.add(listener);
  if (!watching && "PerformanceObserver" in window) watch();
  return () => listeners.delete(listener);
}

/** Tell of an answer that the browser's timing does not list, such as a frame of a socket. */
export function heard(at: number = performance.now()): void {
  for (const listener of listeners) listener(at);
}

function watch(): void {
  watching = true;
  new PerformanceObserver((list) => {
    const answers = (list.getEntries() as PerformanceResourceTiming[]).filter(isAnswer);
    if (answers.length) heard(Math.max(...answers.map((answer) => answer.responseStart)));
  }).observe({ type: "resource" });
}

/** A request that failed, or was met by the cache, has moved no bytes. */
function isAnswer({ name, transferSize }: PerformanceResourceTiming): boolean {
  return transferSize > 0 && name.startsWith(`${location.origin}/`);
}
