import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { relayProblemWords } from "~/parts/relayWords";
import { expectNoAxeFaults } from "~/test/axe";
import { callsOf, startFake } from "~/test/engine";
import { ConnectionBanner } from "./ConnectionBanner";
import { StatusStrip } from "./StatusStrip";

const user = userEvent.setup();

describe("the status strip", () => {
  test.each([
    ["relays-mixed", "Connected to 2 of 4 relays"],
    ["empty", "Connected on this computer only"],
    ["relays-connecting", "Connecting…"],
    ["relays-offline", "You are offline. Messages wait here."],
    ["relays-none", "No relay. You cannot reach anybody."],
    ["relays-stopped", "Moved to another computer"],
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
    expect(screen.getByRole("status").textContent).toBe("Not connected The relay does not answer.");
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(words()).toBe("Not connected. Trying again…");
  });

  test("the strip gives the reason after two seconds, and keeps it during the next try", async () => {
    const engine = await startFake("relays-waiting");
    const [first, second] = engine.world.relays;
    if (!first || !second) throw new Error("two relays");
    render(<StatusStrip onDetails={vi.fn()} />);
    expect(screen.queryByTestId("status-reason")).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(4_000));
    expect(screen.getByTestId("status-reason").textContent).toBe("The relay does not answer.");
    expect(screen.getByRole("status").textContent).toBe("Not connected The relay does not answer.");
    act(() =>
      engine.emit({ kind: "relay_changed", relay: { ...first, state: { kind: "connecting" } } }),
    );
    expect(screen.getByTestId("status-details").title).toBe("Connecting…");
    expect(screen.getByTestId("status-reason").textContent).toBe("The relay does not answer.");
    act(() =>
      engine.emit({
        kind: "relay_changed",
        relay: { ...first, state: { kind: "connected", since: Date.now() } },
      }),
    );
    expect(screen.queryByTestId("status-reason")).toBeNull();
  });

  test.each([
    ["certificate", /^\s*This network changes secure connections\./],
    ["name_taken", /^\s*Somebody else uses your id at this relay\./],
    ["busy", null],
    ["unreachable", null],
  ] as const)("what only the person can mend is said at once: %s", async (problem, early) => {
    const engine = await startFake("relays-waiting");
    render(<ConnectionBanner />);
    const [first, second] = engine.world.relays;
    if (!first || !second) throw new Error("two relays");
    act(() => {
      engine.emit({ kind: "relay_removed", relay: second.id });
      const state = { kind: "waiting", retry_at: Date.now() + 600_000, problem } as const;
      engine.emit({ kind: "relay_changed", relay: { ...first, state } });
    });
    expect(screen.queryByTestId("banner-disconnected")).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(4_000));
    const banner = screen.queryByTestId("banner-disconnected");
    if (early) expect(banner?.textContent).toMatch(early);
    else expect(banner).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(61_000));
    const late = screen.getByTestId("banner-disconnected").textContent;
    expect(late).toContain("Messages wait here");
    expect(late).toContain(relayProblemWords(problem));
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

  test.each([
    ["that differs from each relay", [7_200_000, -10_800_000], "Your clock is 2 h off"],
    ["with which one relay agrees", [7_200_000, 0], null],
    ["of which one relay says nothing", [-600_000, null], "Your clock is 10 min off"],
    ["of which no relay says anything", [null, null], null],
  ] as const)("a clock %s", async (_, clocks, words) => {
    const engine = await startFake("relays-waiting");
    render(<ConnectionBanner />);
    const say = (kind: "connected" | "connecting", clocks: readonly (number | null)[]) =>
      act(() => {
        for (const [at, relay] of engine.world.relays.entries()) {
          const state = kind === "connected" ? { kind, since: Date.now() } : { kind };
          const clockAheadMs = clocks[at] ?? null;
          engine.emit({ kind: "relay_changed", relay: { ...relay, state, clockAheadMs } });
        }
      });
    say("connected", clocks);
    await act(() => vi.advanceTimersByTimeAsync(4_000));
    expect(screen.queryByTestId("banner-wrong-clock")).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    const banner = screen.queryByTestId("banner-wrong-clock");
    const text = banner?.textContent.replaceAll("\u00a0", " ");
    if (words) expect(text).toMatch(words);
    else expect(banner).toBeNull();
    await expectNoAxeFaults();
    say("connecting", clocks);
    expect(screen.queryByTestId("banner-wrong-clock")).toBeNull();
  });

  test("an identity that moved away is all that is said, and nothing is tried again", async () => {
    const engine = await startFake("relays-waiting");
    render(<ConnectionBanner />);
    render(<StatusStrip onDetails={vi.fn()} />);
    await act(() => vi.advanceTimersByTimeAsync(75_000));
    act(() => {
      const profile = { ...engine.world.profile, movedAt: Date.now() };
      engine.emit({ kind: "profile_changed", profile });
      engine.emit({ kind: "sending_held", held: true });
      for (const relay of engine.world.relays) {
        engine.emit({ kind: "relay_changed", relay: { ...relay, state: { kind: "stopped" } } });
      }
    });
    const banner = screen.getByTestId("banner-moved");
    expect(banner.textContent).toContain("This identity moved to another computer.");
    for (const other of ["banner-disconnected", "banner-sending-held", "status-try-now"]) {
      expect(screen.queryByTestId(other)).toBeNull();
    }
    await expectNoAxeFaults();
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
