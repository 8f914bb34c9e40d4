/** Which form of video this browser can record, best first: what the server can pass on without decoding. */

const FORMS = [
  "video/webm;codecs=h264,opus",
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4",
  "video/webm;codecs=vp8,opus",
  "video/webm",
];

/** The best form that `supported` accepts, or null if the browser can record none. Pure. */
export function bestForm(supported: (form: string) => boolean): string | null {
  return FORMS.find(supported) ?? null;
}

/** Bits a second of the picture, from the best to what a weak uplink still bears. */
export const RATES = [1_500_000, 900_000, 500_000] as const;

/** Bytes that may wait in the phone before the rate goes down: about two seconds at the best rate. */
export const BACKLOG_BYTES = 400_000;

/** The next lower rate, or the lowest again. Pure. */
export function lowerRate(rate: number): number {
  return RATES.find((one) => one < rate) ?? RATES[RATES.length - 1] ?? rate;
}
