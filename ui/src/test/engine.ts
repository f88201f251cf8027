/** Puts a fake engine behind the store of a component test and waits until it has spoken. */
import { onTestFinished, vi } from "vitest";
import { useTransport as putTransport } from "~/ipc/client";
import { FakeEngine, type FakeOptions, type ScenarioName } from "~/ipc/fake";
import type { World } from "~/ipc/fake/scenarios";
import { useWaiting } from "~/parts/outside";
import { initialState } from "~/state/state";
import { startStore, store, useStore } from "~/state/store";

export async function startFake(
  scenario: ScenarioName | World = "demo",
  options: FakeOptions = {},
): Promise<FakeEngine> {
  useStore.setState(initialState, true);
  useWaiting.setState([], true);
  const engine = new FakeEngine(scenario, options);
  putTransport(engine);
  onTestFinished(startStore());
  const ready = engine.world.phase.kind === "ready";
  await vi.waitUntil(() => {
    const { phase, profile } = store.getState();
    return phase !== null && (!ready || profile !== null);
  });
  return engine;
}

/** The arguments of every call of a command so far. */
export function callsOf(engine: FakeEngine, command: string): unknown[] {
  return engine.calls.filter((call) => call.command === command).map(({ args }) => args);
}
