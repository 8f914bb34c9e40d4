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

/** Calls back ten times a second with the loudness of a stream, until stopped. */
export class LevelMeter {
  private readonly context = new AudioContext();
  private readonly timer: number;

  constructor(stream: MediaStream, heard: (level: number) => void) {
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1024;
    this.context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      heard(loudness(samples));
    }, LOOK_EVERY_MS);
  }

  stop(): void {
    window.clearInterval(this.timer);
    void this.context.close();
  }
}
