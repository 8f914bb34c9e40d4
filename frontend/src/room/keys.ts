/** A key for one request, so that a request sent twice is granted once; made from plain random bytes because `randomUUID`
 * is absent without TLS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
