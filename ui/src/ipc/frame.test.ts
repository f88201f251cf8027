// @vitest-environment node
import { expect, test } from "vitest";
import { frameBytes, frameSize, MAX_FRAME_SIDE } from "./frame";

test("a picture becomes its size and a byte of grey a pixel", () => {
  const data = new Uint8ClampedArray([
    ...[0, 0, 0, 255],
    ...[255, 255, 255, 255],
    ...[255, 0, 0, 255],
    ...[0, 255, 0, 255],
    ...[0, 0, 255, 255],
    ...[10, 10, 10, 255],
  ]);
  const picture = { width: 3, height: 2, data, colorSpace: "srgb" } as ImageData;
  expect([...frameBytes(picture)]).toEqual([0, 3, 0, 2, 0, 255, 76, 149, 28, 10]);
});

test("sizes above a byte are big-endian", () => {
  const data = new Uint8ClampedArray(640 * 480 * 4);
  const picture = { width: 640, height: 480, data, colorSpace: "srgb" } as ImageData;
  const frame = frameBytes(picture);
  expect([...frame.subarray(0, 4)]).toEqual([2, 128, 1, 224]);
  expect(frame).toHaveLength(4 + 640 * 480);
});

test("no side of a frame is longer than the shell takes, and none is 0", () => {
  expect(frameSize(1920, 1080)).toEqual({ width: 640, height: 360 });
  expect(frameSize(1080, 1920)).toEqual({ width: 360, height: 640 });
  expect(frameSize(320, 240)).toEqual({ width: 320, height: 240 });
  for (const [width, height] of [
    [4096, 1],
    [1, 4096],
    [641, 640],
    [0, 0],
  ] as const) {
    const size = frameSize(width, height);
    expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(MAX_FRAME_SIDE);
    expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1);
  }
});
