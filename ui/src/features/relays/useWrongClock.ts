/** By how much the clock of this computer is off, for the banner. */
import { useEffect, useState } from "react";
import type { RelayView } from "~/ipc/bindings";
import { useStore } from "~/state/store";

/** How long other relays may take to say that it is right, ms. */
const PATIENCE_MS = 5_000;

/**
 * Gives by how much it is ahead of the relays', ms, negative if behind; 0 as long as one of them
 * agrees with it, none tells, or none is connected.
 */
export function useWrongClock(): number {
  const ahead = useStore(({ relays }) => aheadOf(relays));
  const isWrong = ahead !== 0;
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isWrong) return;
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setShown(false);
    };
  }, [isWrong]);
  return isShown ? ahead : 0;
}

function aheadOf(relays: readonly RelayView[]): number {
  if (!relays.some((relay) => relay.state.kind === "connected")) return 0;
  // One that is away for the moment has told its time before.
  const told = relays.flatMap((relay) => relay.clockAheadMs ?? []);
  return told.reduce(
    (least, ahead) => (Math.abs(ahead) < Math.abs(least) ? ahead : least),
    told[0] ?? 0,
  );
}
