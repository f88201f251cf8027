import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useSettled } from "./useSettled";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const first = {};
const second = {};

test("what came by itself is settled a second later, and what takes its place anew", () => {
  const { result, rerender } = renderHook(useSettled, { initialProps: first });
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(999));
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(1));
  expect(result.current).toBe(true);
  rerender(second);
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(500));
  rerender(first);
  rerender(second);
  act(() => vi.advanceTimersByTime(999));
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(1));
  expect(result.current).toBe(true);
});

test("nothing has to settle", () => {
  const { result } = renderHook(useSettled, { initialProps: null });
  expect(result.current).toBe(true);
});
