// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { makeOffer } from "../room/testing";
import { checks } from "./checks";
import { loudness } from "./level";
import { bestForm, lowerRate, RATES } from "./recording";

describe("the loudness of the microphone", () => {
  it("is zero in silence, one at full scale, and between them for speech", () => {
    expect(loudness(new Float32Array(64))).toBe(0);
    expect(loudness(new Float32Array(64).fill(1))).toBe(1);
    const speech = loudness(new Float32Array(64).fill(0.05));
    expect(speech).toBeGreaterThan(0.4);
    expect(speech).toBeLessThan(0.7);
  });
});

describe("the form of the recording", () => {
  it("is H.264 where the browser can, mp4 on Safari, VP8 on Firefox", () => {
    expect(bestForm(() => true)).toBe("video/webm;codecs=h264,opus");
    expect(bestForm((form) => form.startsWith("video/mp4"))).toBe("video/mp4;codecs=avc1.42E01F,mp4a.40.2");
    expect(bestForm((form) => form.includes("vp8"))).toBe("video/webm;codecs=vp8,opus");
    expect(bestForm(() => false)).toBeNull();
  });

  it("goes down to the lowest rate and stays there", () => {
    expect(lowerRate(RATES[0])).toBe(RATES[1]);
    expect(lowerRate(RATES[2])).toBe(RATES[2]);
  });
});

describe("the check before going live", () => {
  const good = { camera: true, loudest: 0.5, uplink: 4_000_000, tray: [makeOffer()], buying: true };

  it("is all good when all is well", () => {
    expect(checks(good).map((check) => check.mark)).toEqual(["good", "good", "good", "good", "good"]);
  });

  it("takes sound that it cannot measure for not known, and not for silence", () => {
    expect(checks({ ...good, loudest: null })[1]).toMatchObject({ mark: "wait", words: "not known yet: tap the page" });
    expect(checks({ ...good, loudest: 0 })[1]?.mark).toBe("poor");
  });

  it("says what is missing", () => {
    const marks = checks({ camera: false, loudest: null, uplink: 0, tray: [], buying: false });
    expect(marks.map((check) => check.mark)).toEqual(["poor", "poor", "poor", "poor", "good"]);
    expect(marks[4]?.words).toContain("shop's own site");
  });
});
