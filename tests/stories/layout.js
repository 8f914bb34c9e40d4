// What is wrong with the page as it stands: run in the page by layout.py.
() => {
  const found = [];
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}.${[...e.classList].join(".")}`;
  const style = (e) => getComputedStyle(e);
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const scrolls = (e) => ["auto", "scroll"].includes(style(e).overflowX);
  const cuts = (e) => ["hidden", "clip"].includes(style(e).overflowX);
  // For screen readers only, or shortened with an ellipsis on purpose: cut, and meant so.
  const meant = (e) => style(e).clipPath !== "none" || style(e).textOverflow === "ellipsis"
    || style(e).webkitLineClamp !== "none" || style(e).maskImage !== "none";
  const parents = function* (e) { for (e = e.parentElement; e; e = e.parentElement) yield e; };
  const modal = document.querySelector("dialog:modal");
  const inPlay = (e) => !modal || modal.contains(e);

  if (document.documentElement.scrollWidth > innerWidth + 1) {
    const wide = [...document.querySelectorAll("body *")].find((e) => seen(e)
      && e.getBoundingClientRect().right > innerWidth + 1 && ![...parents(e)].some((p) => scrolls(p) || cuts(p)));
    found.push(`overflowing: the page is ${document.documentElement.scrollWidth} wide, by ${wide ? name(wide) : "?"}`);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const e = text.parentElement;
    if (!text.data.trim() || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(e.tagName) || !seen(e) || !inPlay(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    for (const p of [e, ...parents(e)]) {
      if (scrolls(p) || meant(p)) break;
      const edge = p === document.body ? { left: 0, right: innerWidth } : p.getBoundingClientRect();
      if ((p === document.body || cuts(p)) && (box.right > edge.right + 1 || box.left < edge.left - 1)) {
        found.push(`clipped: “${text.data.trim().slice(0, 40)}” in ${name(e)}, by ${name(p)}`);
        break;
      }
      if (style(p).position === "fixed") break;
    }
  }
  for (const e of document.querySelectorAll("button, .button, .chip, .badge, select")) {
    if (seen(e) && inPlay(e) && !meant(e) && e.scrollWidth > e.clientWidth + 2) found.push(`clipped: ${name(e)} ${e.textContent.trim().slice(0, 30)}`);
  }

  // What stands alone in its row stands in the middle of it, unless it is docked at an edge on purpose.
  const middle = ".page > main, .page > main > *, .header__bar, .footer__bar, dialog[open], .empty-state, .desk__main > *";
  for (const e of document.querySelectorAll(middle)) {
    const box = e.getBoundingClientRect();
    if (!seen(e) || !inPlay(e) || !box.width) continue;
    const isDialog = e.tagName === "DIALOG";
    if (isDialog && style(e).insetInlineStart === "auto") continue;
    if (innerWidth >= 960 && e.closest(".desk__nav ~ .desk__main")) continue; // lined up beside the navigation
    if (isDialog && innerWidth >= 960 && e.classList.contains("sheet--buy")) continue; // beside the picture
    if (e.closest(".grid, .split, .row") || style(e).position === "absolute") continue;
    const frame = isDialog ? { left: 0, right: document.documentElement.clientWidth } : e.parentElement.getBoundingClientRect();
    const pad = isDialog ? { paddingLeft: 0, paddingRight: 0 } : style(e.parentElement);
    const left = box.left - frame.left - parseFloat(pad.paddingLeft);
    const right = frame.right - box.right - parseFloat(pad.paddingRight);
    const siblings = isDialog ? 0 : [...e.parentElement.children].filter((s) => s !== e && seen(s)
      && s.getBoundingClientRect().top < box.bottom && s.getBoundingClientRect().bottom > box.top).length;
    const words = ["inline", "inline-block", "inline-flex"].includes(style(e).display);
    if (!siblings && !words && Math.abs(left - right) > 3) found.push(`uncentred: ${name(e)} has ${Math.round(left)} and ${Math.round(right)} beside it`);
  }
  return [...new Set(found)].slice(0, 12);
}
