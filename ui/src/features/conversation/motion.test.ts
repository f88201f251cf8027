// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Motion, REST_MS, type WheelTurn, wheelTravel } from "./motion";

const notch: WheelTurn = {
  deltaX: 0,
  deltaY: -83,
  deltaMode: 0,
  ctrlKey: false,
  wheelDeltaY: 120,
};

describe("wheelTravel", () => {
  it.each<[string, Partial<WheelTurn>, number | null]>([
    ["one notch up", {}, -83],
    ["two notches down at once", { deltaY: 166, wheelDeltaY: -240 }, 166],
    ["a touchpad", { deltaY: -7, wheelDeltaY: 10 }, null],
    ["a web view that says nothing of the device", { wheelDeltaY: undefined }, null],
    ["sideways", { deltaX: 83, deltaY: 0, wheelDeltaY: 0 }, null],
    ["with Ctrl, which is no scrolling", { ctrlKey: true }, null],
    ["in lines", { deltaMode: 1, deltaY: -3 }, null],
  ])("%s", (_, over, travel) => {
    expect(wheelTravel({ ...notch, ...over })).toBe(travel);
  });
});

describe("Motion", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Whether the rows that wait have been let in, once promises had their turn. */
  const waiter = (motion: Motion) => {
    const done = vi.fn();
    void motion.still().then(done);
    return async () => {
      await vi.advanceTimersByTimeAsync(0);
      return done.mock.calls.length > 0;
    };
  };

  it("lets rows in at once where nothing moves", async () => {
    expect(await waiter(new Motion())()).toBe(true);
  });

  it("lets them wait until it has come to rest", async () => {
    const motion = new Motion();
    motion.moved(false);
    const letIn = waiter(motion);
    vi.advanceTimersByTime(REST_MS - 1);
    motion.moved(false);
    vi.advanceTimersByTime(REST_MS - 1);
    expect(await letIn()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await letIn()).toBe(true);
    expect(await waiter(motion)()).toBe(true);
  });

  it("lets them in where it cannot move on", async () => {
    const motion = new Motion();
    motion.moved(false);
    const letIn = waiter(motion);
    motion.moved(true);
    expect(await letIn()).toBe(true);
  });

  it("lets them in when nobody looks any more", async () => {
    const motion = new Motion();
    motion.moved(false);
    const letIn = waiter(motion);
    motion.rest();
    expect(await letIn()).toBe(true);
  });
});
