/** Sends the camera to the server: MediaRecorder's chunks over one WebSocket, which every network lets through.
 *
 * A recording begins with its header, so a lost line begins a new recording; the server goes on with the same
 * show if that happens within a minute. If chunks pile up in the phone, the recording begins again at a lower
 * rate. The last chunk is sent before the line is closed. The picture counts as sent once the server acknowledges it;
 * when it has acknowledged nothing new for five seconds, that is told, with what is at fault: the recorder that makes
 * nothing, or the way to the server.
 */

import { waitBefore } from "../room/backoff";
import { BACKLOG_BYTES, bestForm, lowerRate, RATES } from "./recording";

export type PublisherState =
  | "idle"
  | "connecting"
  | "sending"
  | "stalled"
  | "reconnecting"
  | "refused"
  | "unsupported";

/** What a stalled picture waits for. */
export type Stall = "recorder" | "network";

export const STALLED_AFTER_MS = 5_000;

const CHUNK_MS = 100;
const KEY_FRAME_EVERY_MS = 1_000;
/** Close codes from 4000 on are the server's own (RFC 6455, section 7.4.2). It refuses for good, but for these:
 * silence (a phone that slept), too much at once, and too much work. */
const OWN_CODES = 4_000;
const TRIED_AGAIN = new Set([4_408, 4_429, 4_503]);

/** `videoKeyFrameIntervalDuration` is newer than the types. */
interface RecorderOptions extends MediaRecorderOptions {
  videoKeyFrameIntervalDuration?: number;
}

export class Publisher {
  private socket: WebSocket | null = null;
  private recorder: MediaRecorder | null = null;
  private wanted = false;
  private attempt = 0;
  private rate: number = RATES[0];
  private timer = 0;
  private stallTimer = 0;
  private acknowledged = 0;
  /** Whether the recorder has made anything since the server acknowledged something. */
  private recorded = false;
  private stall: Stall | null = null;

  constructor(
    private readonly address: string,
    private readonly stream: () => MediaStream | null,
    private readonly changed: (state: PublisherState, reason: string) => void,
  ) {}

  start(): void {
    const form = "MediaRecorder" in window ? bestForm((one) => MediaRecorder.isTypeSupported(one)) : null;
    if (!form) {
      this.changed("unsupported", "");
      return;
    }
    this.wanted = true;
    this.attempt = 0;
    this.stall = null;
    window.clearTimeout(this.timer);
    this.open(form);
  }

  /** Finish the recording, send its end, and close. */
  stop(): void {
    this.wanted = false;
    window.clearTimeout(this.timer);
    window.clearTimeout(this.stallTimer);
    this.finishRecording();
    const socket = this.socket;
    window.setTimeout(() => socket?.close(1000), CHUNK_MS * 3);
    this.changed("idle", "");
  }

  /** The stream has other tracks (another camera): begin a new recording with them. */
  renew(): void {
    if (this.wanted) this.socket?.close(1000);
  }

  private open(form: string): void {
    this.notify(this.attempt ? "reconnecting" : "connecting");
    const url = new URL(this.address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.acknowledged = 0;
      this.recorded = false;
      this.awaitAck();
      this.record(socket, form);
    };
    socket.onmessage = ({ data }: MessageEvent) => {
      this.heard(data);
    };
    socket.onclose = (closing) => {
      this.closed(closing, form);
    };
    this.socket = socket;
  }

  /** Only a taken picture is acknowledged: a server with too much to do opens the line, then refuses. */
  private heard(message: unknown): void {
    const bytes = acknowledgedBytes(message);
    if (bytes <= this.acknowledged) return;
    this.acknowledged = bytes;
    this.attempt = 0;
    this.recorded = false;
    this.stall = null;
    this.notify("sending");
    this.awaitAck();
  }

  private awaitAck(): void {
    window.clearTimeout(this.stallTimer);
    this.stallTimer = window.setTimeout(() => {
      this.stall = this.recorded ? "network" : "recorder";
      this.notify("stalled");
    }, STALLED_AFTER_MS);
  }

  /** A recorder that makes nothing makes nothing on the next line either: that stays said until a picture is taken. */
  private notify(state: PublisherState): void {
    if (this.stall === "recorder" || state === "stalled") this.changed("stalled", this.stall ?? "network");
    else this.changed(state, "");
  }

  private closed(closing: CloseEvent, form: string): void {
    window.clearTimeout(this.stallTimer);
    this.finishRecording();
    if (!this.wanted) return;
    if (closing.code >= OWN_CODES && !TRIED_AGAIN.has(closing.code)) {
      this.wanted = false;
      this.changed("refused", closing.reason);
      return;
    }
    this.notify("reconnecting");
    this.timer = window.setTimeout(() => {
      this.open(form);
    }, waitBefore(Math.min(3, this.attempt++), Math.random()));
  }

  private record(socket: WebSocket, form: string): void {
    const stream = this.stream();
    if (!stream) return;
    const options: RecorderOptions = {
      mimeType: form,
      videoBitsPerSecond: this.rate,
      audioBitsPerSecond: 96_000,
      videoKeyFrameIntervalDuration: KEY_FRAME_EVERY_MS,
    };
    const recorder = new MediaRecorder(stream, options);
    recorder.ondataavailable = ({ data }) => {
      if (data.size) {
        this.recorded = true;
        this.sendChunk(socket, data);
      }
    };
    recorder.start(CHUNK_MS);
    this.recorder = recorder;
  }

  private sendChunk(socket: WebSocket, chunk: Blob): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (this.wanted && socket.bufferedAmount > BACKLOG_BYTES) {
      this.rate = lowerRate(this.rate);
      this.finishRecording();
      socket.close(1000);
      return;
    }
    socket.send(chunk);
  }

  private finishRecording(): void {
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
    this.recorder = null;
  }
}

/** The bytes that the server says it has taken; none where the message is no acknowledgement. */
function acknowledgedBytes(message: unknown): number {
  try {
    const { t, bytes } = JSON.parse(String(message)) as { t?: string; bytes?: number };
    return t === "ack" && typeof bytes === "number" ? bytes : 0;
  } catch {
    return 0;
  }
}
