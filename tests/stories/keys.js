// Finds what the Tab key should reach, and what it has reached: an expression each.
({
  expected() {
    const shown = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
    const inGroup = (e) => {
      if (e.type !== "radio" || !e.name) return true;
      const group = [...(e.form ?? document).querySelectorAll("input[type=radio]")].filter(
        (other) => other.name === e.name && !other.matches(":disabled") && shown(other),
      );
      return e === (group.find((other) => other.checked) ?? group[0]);
    };
    const wanted = "a[href], button, input, select, textarea, summary, iframe, video[controls], [tabindex]";
    return [...document.querySelectorAll(wanted)].filter(
      (e) => !e.matches(":disabled") && e.tabIndex >= 0 && e.type !== "hidden" && shown(e) && !e.closest("[inert]") && inGroup(e),
    );
  },
  name(e) {
    const label = e.labels?.[0]?.textContent ?? e.getAttribute("aria-label") ?? e.textContent ?? "";
    return `${e.tagName.toLowerCase()} ${e.name || ""} "${label.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  },
  /** Where a control stands in the list; what a component has drawn anew stands where it stood. */
  placeOf(e, wanted) {
    const place = wanted.indexOf(e);
    return place >= 0 ? place : wanted.findIndex((one) => !one.isConnected && this.name(one) === this.name(e));
  },
  isScroller(e) {
    const style = getComputedStyle(e);
    return [style.overflowX, style.overflowY].some((way) => way === "auto" || way === "scroll");
  },
  /** Whether somebody sees where the focus is: on the element, or on what is drawn in its place. */
  isSeen(e) {
    const around = [e, e.nextElementSibling, e.parentElement, e.closest("label, .field__box"), e.closest("article, li")];
    return around.filter(Boolean).some((one) =>
      [null, "::before", "::after"].some((part) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one, part);
        const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
        return ring || (one !== e.parentElement && boxShadow !== "none" && one.matches(":focus, :focus-within"));
      }),
    );
  },
})
