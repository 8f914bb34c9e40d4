/** Keeps a page that must go on: what leads away from it opens beside it, and a form that would load another page asks
 * first, in words. */

export interface Keeping {
  /** Whether the page must go on just now. */
  wanted: () => boolean;
  /** Says what is lost by leaving, for a form; without it forms are let go. */
  ask?: () => string;
}

/** Keep the page while it is wanted. The answer tells whether the page is being left on purpose: nobody asks twice. */
export function keepPage({ wanted, ask }: Keeping): () => boolean {
  let leaving = false;
  // Before any other listener: a link's target must stand when the browser follows it.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
      if (link && wanted() && leadsAway(link)) openBeside(link);
    },
    true,
  );
  document.addEventListener("submit", (event) => {
    if (!ask || event.defaultPrevented || !wanted()) return;
    leaving = window.confirm(ask());
    if (!leaving) event.preventDefault();
  });
  return () => leaving;
}

function leadsAway(link: HTMLAnchorElement): boolean {
  if (link.target || link.hasAttribute("download")) return false;
  return !link.hash || link.pathname !== location.pathname || link.search !== location.search;
}

/** For this tap only: later the page may not be wanted any more. */
function openBeside(link: HTMLAnchorElement): void {
  const before = link.getAttribute("rel");
  link.target = "_blank";
  link.rel = "noopener";
  window.setTimeout(() => {
    link.removeAttribute("target");
    if (before === null) link.removeAttribute("rel");
    else link.rel = before;
  });
}
