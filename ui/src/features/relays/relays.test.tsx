import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { expectNoAxeFaults } from "~/test/axe";
import { callsOf, startFake } from "~/test/engine";
import { ConnectionBanner } from "./ConnectionBanner";
import { StatusStrip } from "./StatusStrip";

const user = userEvent.setup();

describe("the status strip", () => {
  test.each([
    ["relays-mixed", "Connected to 2 relays"],
    ["empty", "Connected to 1 relay"],
    ["relays-connecting", "Connecting…"],
    ["relays-offline", "You are offline. Messages wait here."],
    ["relays-none", "No relay. You cannot reach anybody."],
  ] as const)("with %s says: %s", async (scenario, words) => {
    await startFake(scenario);
    render(<StatusStrip onDetails={vi.fn()} />);
    expect(screen.getByTestId("status-details").title).toBe(words);
    await expectNoAxeFaults();
  });

  test("tries at once when it is told to, and shows the details", async () => {
    const engine = await startFake("relays-waiting");
    const onDetails = vi.fn();
    render(<StatusStrip onDetails={onDetails} />);
    await user.click(screen.getByTestId("status-try-now"));
    expect(callsOf(engine, "reconnect_now")).toHaveLength(1);
    await user.click(screen.getByTestId("status-details"));
    expect(onDetails).toHaveBeenCalledOnce();
  });
});

describe("while no relay is connected", () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("the strip counts down, and a screen reader hears it once", async () => {
    await startFake("relays-waiting");
    render(<StatusStrip onDetails={vi.fn()} />);
    const words = () => screen.getByTestId("status-details").title.replaceAll("\u00a0", " ");
    expect(words()).toMatch(/^Not connected. Trying again in 1[12] s\.$/);
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(words()).toMatch(/in [67] s\.$/);
    expect(screen.getByRole("status").textContent).toBe("Not connected");
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(words()).toBe("Not connected. Trying again…");
  });

  test("the banner comes after a minute and goes with the connection", async () => {
    const engine = await startFake("relays-waiting");
    render(<ConnectionBanner />);
    expect(screen.queryByTestId("banner-disconnected")).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(75_000));
    expect(screen.getByTestId("banner-disconnected").textContent).toContain("Messages wait here");
    const [first] = engine.world.relays;
    act(() => {
      if (!first) return;
      engine.emit({
        kind: "relay_changed",
        relay: { ...first, state: { kind: "connected", since: Date.now() } },
      });
    });
    expect(screen.queryByTestId("banner-disconnected")).toBeNull();
  });

  test("a full disk comes first", async () => {
    const engine = await startFake("relays-waiting");
    render(<ConnectionBanner />);
    await act(() => vi.advanceTimersByTimeAsync(75_000));
    act(() => engine.emit({ kind: "history_trouble", trouble: "disk_full" }));
    expect(screen.getByTestId("banner-disk-full").getAttribute("role")).toBe("alert");
    expect(screen.queryByTestId("banner-disconnected")).toBeNull();
  });
});
