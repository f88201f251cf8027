/**
 * A link that the clipboard holds, offered when a place for links opens: read once and then only,
 * through the program, which needs no permission of the person for it. Where the page would have to
 * read it (not on Linux), the system would ask, so nothing is offered.
 */
import { useEffect, useRef, useState } from "react";
import { ipc } from "~/ipc/client";
import { findLink } from "./findLink";

export interface ClipOffer {
  /** Absent if there is nothing to offer, or the person did not want it. */
  readonly link: string | null;
  readonly use: () => void;
  readonly dismiss: () => void;
}

/** What was answered already: no link is offered twice. */
const answered = new Set<string>();

/** A link of somebody who is not known yet. */
async function linkOnClipboard(): Promise<string | null> {
  const text = await ipc.clipboardText();
  const link = text === null ? null : findLink(text);
  if (link === null || answered.has(link)) return null;
  // One's own, a broken one, or one that is over is refused here, and not worth a word.
  const { known, what } = await ipc.readLink(link);
  const over = what.kind === "invite" && what.expires_at <= Date.now();
  return known === null && !over ? link : null;
}

/** @param wanted whether the place is free for it. */
export function useClipOffer(wanted: boolean, read: (link: string) => void): ClipOffer {
  const [link, setLink] = useState<string | null>(null);
  const looked = useRef(!wanted);
  useEffect(() => {
    if (looked.current) return;
    looked.current = true;
    linkOnClipboard().then(setLink, () => undefined);
  }, []);
  const answer = (): void => {
    if (link !== null) answered.add(link);
    setLink(null);
  };
  return {
    link,
    use: () => {
      if (link === null) return;
      answer();
      read(link);
    },
    dismiss: answer,
  };
}
