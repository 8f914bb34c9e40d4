/** htmx, fetched only by pages that use it. It runs no code out of attributes: the CSP would refuse that anyway. */

const USES_HTMX = "[hx-get], [hx-post], [hx-trigger], [hx-boost]";

export async function setUpFragments(page: Document, again: (root: ParentNode) => void): Promise<void> {
  if (!page.querySelector(USES_HTMX)) return;
  await import("htmx.org");
  page.addEventListener("htmx:before:request", (event) => { addToken(event, page); });
  page.addEventListener("htmx:after:swap", () => { again(page); });
}

/** Give each request of htmx the token against forged requests. */
function addToken(event: Event, page: Document): void {
  const token = page.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  const detail = (event as CustomEvent<{ ctx?: { request?: { headers?: Record<string, string> } } }>).detail;
  const headers = detail.ctx?.request?.headers;
  if (token && headers) headers["x-csrftoken"] = token;
}
