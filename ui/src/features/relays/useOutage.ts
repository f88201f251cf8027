/** For how long no relay has been connected, and why, for the strip and the banner. */
import { useState } from "react";
import type { RelayProblem } from "~/ipc/bindings";
import { useConnection } from "~/state/selectors";
import { useStore } from "~/state/store";
import { useNow } from "~/state/useNow";

/** How long "Connecting…" alone will do, ms: what takes longer gives a reason. */
const UNEXPLAINED_MS = 2_000;

export interface Outage {
  /** ms; 0 while a relay is connected, or none is in the settings. */
  readonly lastsMs: number;
  readonly reason: RelayProblem | null;
}

export function useOutage(): Outage {
  const connection = useConnection();
  const [last, setLast] = useState<RelayProblem | null>(null);
  const since = useStore((state) => (state.relays.length > 0 ? state.disconnectedSince : null));
  const now = useNow(since === null ? null : 1_000);
  // While the next try runs, the reason is why the one before it failed.
  const trying = connection.kind === "connecting" ? last : null;
  const reason = connection.kind === "waiting" ? connection.problem : trying;
  if (reason !== last) setLast(reason);
  const lastsMs = since === null ? 0 : Math.max(0, now - since);
  return { lastsMs, reason: lastsMs > UNEXPLAINED_MS ? reason : null };
}
