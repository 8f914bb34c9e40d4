/** The host's camera as one thing that the studio's elements share: its stream, its loudness, and whether it is
 * on its way to the server. */

import { deviceTrouble, listDevices, openDevices, stopDevices } from "./devices";
import type { Choice, DeviceLists } from "./devices";
import { Watched } from "../room/watched";
import { LevelMeter } from "./level";
import { Publisher } from "./publisher";
import type { PublisherState } from "./publisher";

const FORGETS_LOUDEST = 0.995;

export class Camera extends Watched {
  stream: MediaStream | null = null;
  devices: DeviceLists = { cameras: [], microphones: [] };
  choice: Choice = { camera: null, microphone: null };
  trouble = "";
  /** How loud it is now, and was at most; null while that is not known. */
  level: number | null = null;
  loudest: number | null = null;
  sending: PublisherState = "idle";
  refusal = "";

  private meter: LevelMeter | null = null;
  private closed = false;
  private readonly publisher: Publisher;

  constructor(ingest: string) {
    super();
    this.publisher = new Publisher(
      ingest,
      () => this.stream,
      (state, reason) => {
        this.sending = state;
        this.refusal = reason;
        this.notify();
      },
    );
  }

  /** Turn on the chosen devices; what is on goes off first, since many phones bear only one camera. */
  async turnOn(choice: Choice = this.choice): Promise<void> {
    this.turnOff();
    this.choice = choice;
    try {
      const stream = await openDevices(choice);
      if (this.closed) {
        stopDevices(stream);
        return;
      }
      this.stream = stream;
      this.devices = await listDevices();
      this.trouble = "";
      this.meter = new LevelMeter(this.stream, this.heard);
      this.publisher.renew();
    } catch (fault) {
      this.trouble = deviceTrouble(fault);
    }
    this.notify();
  }

  turnOff(): void {
    this.meter?.stop();
    this.meter = null;
    stopDevices(this.stream);
    this.stream = null;
    this.loudest = this.level = null;
  }

  /** The show is over: stop sending, and turn the devices off for good. */
  close(): void {
    this.closed = true;
    this.stopSending();
    this.turnOff();
    this.notify();
  }

  /** Send the picture until `stopSending`, through losses of the network. */
  send(): void {
    this.publisher.start();
  }

  /** Whether the picture is on its way, or soon will be again. */
  get isWanted(): boolean {
    return !["idle", "refused", "unsupported"].includes(this.sending);
  }

  stopSending(): void {
    this.publisher.stop();
  }

  private readonly heard = (level: number | null): void => {
    this.level = level;
    if (level !== null) this.loudest = Math.max(level, (this.loudest ?? 0) * FORGETS_LOUDEST);
    this.notify();
  };
}
