/** Hearts that rise over the video, all drawn on one canvas. With reduced motion nothing rises. */

interface Heart {
  x: number;
  y: number;
  drift: number;
  size: number;
  hue: number;
  age: number;
}

const LIFE_MS = 2_200;
const MAX_AT_ONCE = 60;
const OUTLINE = "M0 .35C-.1-.05-.5-.15-.5-.45-.5-.75-.12-.8 0-.5.12-.8.5-.75.5-.45.5-.15.1-.05 0 .35Z";

export class Hearts {
  private hearts: Heart[] = [];
  private last = 0;
  private running = false;
  private readonly still = window.matchMedia("(prefers-reduced-motion: reduce)");

  constructor(private readonly canvas: HTMLCanvasElement) {}

  /** Let `count` hearts rise, at most as many as a screen can bear. */
  add(count: number): void {
    if (this.still.matches || document.hidden) return;
    const { width, height } = this.fit();
    const room = Math.max(0, Math.min(count, 12, MAX_AT_ONCE - this.hearts.length));
    for (let index = 0; index < room; index++) this.hearts.push(newHeart(width, height, index));
    if (!this.running && this.hearts.length) {
      this.running = true;
      this.last = performance.now();
      requestAnimationFrame(this.draw);
    }
  }

  private fit(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const scale = Math.min(2, window.devicePixelRatio);
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
      this.canvas.getContext("2d")?.scale(scale, scale);
    }
    return { width, height };
  }

  private readonly draw = (now: number): void => {
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    const passed = Math.min(50, now - this.last);
    this.last = now;
    pen.clearRect(0, 0, this.canvas.clientWidth, this.canvas.clientHeight);
    for (const heart of this.hearts) {
      heart.age += passed;
      drawHeart(pen, heart);
    }
    this.hearts = this.hearts.filter((heart) => heart.age < LIFE_MS);
    this.running = this.hearts.length > 0;
    if (this.running) requestAnimationFrame(this.draw);
    else pen.clearRect(0, 0, this.canvas.clientWidth, this.canvas.clientHeight);
  };
}

function newHeart(width: number, height: number, index: number): Heart {
  return {
    x: width - 36 - Math.random() * 24,
    y: height - 12,
    drift: (Math.random() - 0.5) * 60,
    size: 18 + Math.random() * 12,
    hue: 8 + Math.random() * 34,
    age: -index * 90,
  };
}

function drawHeart(pen: CanvasRenderingContext2D, heart: Heart): void {
  if (heart.age < 0) return;
  const done = heart.age / LIFE_MS;
  const size = heart.size * Math.min(1, done * 6);
  pen.save();
  pen.globalAlpha = 1 - done ** 2;
  pen.translate(heart.x + heart.drift * Math.sin(done * 3), heart.y - done * 260);
  pen.scale(size, size);
  pen.fillStyle = `hsl(${String(heart.hue)} 85% 58%)`;
  pen.fill(new Path2D(OUTLINE));
  pen.restore();
}
