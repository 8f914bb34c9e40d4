/** Tells the server by which clock to write times: it names the zone beside each, so a first page is right too. */
export function tellZone(page: Document): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const told = `etalase_zone=${zone}`;
  if (!zone || page.cookie.split("; ").includes(told)) return;
  const secure = page.location.protocol === "https:" ? "; secure" : "";
  page.cookie = `${told}; path=/; max-age=31536000; samesite=lax${secure}`;
}
