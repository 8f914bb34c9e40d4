/** Elements that a behaviour has not seen yet: after a fragment arrives, everything may be asked for once more. */

const seen = new WeakMap<Element, Set<string>>();

/** Return what matches the selector below the root and was not returned for it before. */
export function fresh<Kind extends Element>(root: ParentNode, selector: string): Kind[] {
  return [...root.querySelectorAll<Kind>(selector)].filter((element) => {
    const selectors = seen.get(element) ?? new Set();
    if (selectors.has(selector)) return false;
    seen.set(element, selectors.add(selector));
    return true;
  });
}
