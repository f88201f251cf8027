/**
 * The one store of the window. Events of the engine come in through `startStore` and the pure
 * reducer; components read it with `useStore` or a selector and never write to it.
 */
import { create } from "zustand";
import type { Update } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { markRead, reloadOpenChat } from "./actions";
import { reduce } from "./reducer";
import { initialState, type State } from "./state";

export { actions } from "./actions";
export type { OpenChat, State } from "./state";

export const useStore = create<State>(() => initialState);

/** The store outside of components. */
export const store = { getState: useStore.getState, setState: useStore.setState };

/** Takes one update of the engine. */
export function receive({ event }: Update): void {
  useStore.setState((state) => reduce(state, event, Date.now()));
  // A snapshot comes after a start and after a gap: rows of the open chat may be missing.
  if (event.kind === "snapshot" && useStore.getState().open) reloadOpenChat();
  if (event.kind === "message_added" || event.kind === "chat_changed") markRead();
}

let stop: (() => void) | null = null;

/** Begins to listen to the engine; the result ends it. */
export function startStore(): () => void {
  stop = ipc.subscribe(receive);
  return () => {
    stop?.();
    stop = null;
  };
}

/** Asks the engine for everything anew: it refused something, so what is shown was out of date. */
export function reread(): void {
  if (stop === null) return;
  stop();
  stop = ipc.subscribe(receive);
}
