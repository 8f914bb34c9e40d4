/** How loud the microphone is, from 0 to 1, as a level meter shows it. */

const FLOOR_DB = -60;

/** The loudness of samples in [-1, 1]: 0 at or below the floor of -60 dB, 1 at full scale. Pure. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
}

const LOOK_EVERY_MS = 100;

/** Calls back ten times a second with the loudness of a stream, until stopped; with null while it is not known: a
 * browser may hold the meter back until somebody touches the page, and what it does not hear is not silence. */
export class LevelMeter {
  private readonly context = new AudioContext();
  private readonly timer: number;

  constructor(stream: MediaStream, heard: (level: number | null) => void) {
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1024;
    this.context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = window.setInterval(() => {
      if (this.context.state !== "running") {
        heard(null);
        return;
      }
      analyser.getFloatTimeDomainData(samples);
      heard(loudness(samples));
    }, LOOK_EVERY_MS);
    for (const touch of TOUCHES) document.addEventListener(touch, this.wake, true);
  }

  stop(): void {
    window.clearInterval(this.timer);
    for (const touch of TOUCHES) document.removeEventListener(touch, this.wake, true);
    void this.context.close();
  }

  private readonly wake = (): void => {
    if (this.context.state !== "running") void this.context.resume().catch(() => undefined);
  };
}

const TOUCHES = ["pointerup", "keydown"] as const;
