/** Tells the server by which clock to write times: it names the zone beside each, so a first page is right too. */
export function rememberZone(page: Document): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cookie = `etalase_zone=${zone}`;
  if (!zone || page.cookie.split("; ").includes(cookie)) return;
  const secure = page.location.protocol === "https:" ? "; secure" : "";
  page.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax${secure}`;
}
