// What a thumb can't hit on a phone: run in the page by layout.py.
() => {
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // A link among the words of a sentence is as high as its line (WCAG 2.5.8, the exception for inline targets).
  const inWords = (e) => e.tagName === "A" && getComputedStyle(e).display === "inline"
    && [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && /\S/.test(n.data));
  const area = (e) => {
    const label = e.matches("input[type=checkbox], input[type=radio]") ? e.closest("label") : null;
    // A card's link is stretched over the whole card by its ::after.
    const after = getComputedStyle(e, "::after");
    const card = after.content !== "none" && after.position === "absolute" ? e.offsetParent : null;
    return (label ?? card ?? e).getBoundingClientRect();
  };
  const modal = document.querySelector("dialog:modal");
  const found = [];
  for (const e of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex='0'][role=button]")) {
    if (!seen(e) || inWords(e) || e.disabled || e.closest("[inert]") || (modal && !modal.contains(e))) continue;
    if (e.matches(".skip-link, .visually-hidden, .check__box") && !e.closest("label")) continue;
    const box = area(e);
    if (box.width < 2 || box.height < 2 || box.bottom < 0) continue;
    if (box.height < 43.5 || box.width < 43.5) {
      found.push(`too small: ${e.tagName.toLowerCase()}.${[...e.classList].join(".")} “${(e.textContent || e.ariaLabel || e.name || "").trim().slice(0, 24)}” ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
  }
  return [...new Set(found)].slice(0, 12);
}
