// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ReplayOutlook } from "./outlook";

describe("the replay of a show that is over", () => {
  const changed = vi.fn();
  let answers: (() => Promise<Response>)[];
  let asked: number[];

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    vi.spyOn(Math, "random").mockReturnValue(0);
    changed.mockReset();
    answers = [];
    asked = [];
    vi.stubGlobal("fetch", () => {
      asked.push(Date.now());
      return (answers.shift() ?? says("coming"))();
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const says = (replay: string) => () => Promise.resolve(Response.json({ replay }));

  function begin(): ReplayOutlook {
    const outlook = new ReplayOutlook("/live/ABC/replay", changed);
    outlook.start();
    outlook.start();
    return outlook;
  }

  it("is asked for less and less often", async () => {
    begin();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(asked.slice(0, 7)).toEqual([2_000, 6_000, 14_000, 30_000, 60_000, 90_000, 120_000]);
  });

  it("is told when it can be watched, and not asked for again", async () => {
    answers = [() => Promise.reject(new TypeError("Failed to fetch")), says("ready")];
    const outlook = begin();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(outlook.current).toBe("ready");
    expect(changed).toHaveBeenCalledOnce();
    expect(asked).toHaveLength(2);
  });

  it("is given up when nothing was recorded", async () => {
    answers = [says("none")];
    const outlook = begin();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(outlook.current).toBe("none");
    expect(asked).toHaveLength(1);
  });
});
