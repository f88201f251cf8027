/**
 * The invite that is on screen: one that is open and never left it, or a new one. The window holds
 * its picture, never its link.
 */
import { useCallback, useRef, useState } from "react";
import type { InviteView, QrMatrix } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useInvites } from "~/state/selectors";
import { store } from "~/state/store";
import { type Action, useAction } from "~/state/useAction";

export interface ShownInvite {
  readonly invite: InviteView;
  readonly code: QrMatrix;
}

export interface OwnInvite {
  /** Null while it is made, or if it could not be. */
  readonly shown: ShownInvite | null;
  readonly making: Action;
  /** Takes one, the first time; whoever comes back finds what became of it. */
  readonly begin: () => void;
  readonly makeNew: () => void;
}

/** One with less time left is not shown again: the other person may come to it too late, ms. */
const LEAST_LEFT_MS = 60 * 60 * 1000;

/** Whether it can be put on screen once more and still verify whoever scans it. */
export const canShowAgain = ({ state, shared, expiresAt }: InviteView, now: number): boolean =>
  state.kind === "open" && !shared && expiresAt - now >= LEAST_LEFT_MS;

async function takeInvite(): Promise<ShownInvite> {
  const known = store.getState().invites.find((invite) => canShowAgain(invite, Date.now()));
  if (!known) return ipc.createInvite(null);
  try {
    return { invite: known, code: await ipc.showInvite(known.id) };
  } catch {
    // It was used or taken back in this moment.
    return ipc.createInvite(null);
  }
}

export function useInvite(): OwnInvite {
  const [taken, setTaken] = useState<ShownInvite | null>(null);
  const making = useAction();
  const { run } = making;
  const begun = useRef(false);
  const take = useCallback(
    (how: () => Promise<ShownInvite>) => void run(async () => setTaken(await how())),
    [run],
  );
  const begin = useCallback(() => {
    if (begun.current) return;
    begun.current = true;
    take(takeInvite);
  }, [take]);

  const live = useInvites().find(({ id }) => id === taken?.invite.id);
  return {
    shown: taken && { code: taken.code, invite: live ?? taken.invite },
    making,
    begin,
    makeNew: () => take(() => ipc.createInvite(null)),
  };
}
