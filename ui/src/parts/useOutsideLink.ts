import { useEffect, useRef } from "react";
import type { ErrorCode } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";

export interface OutsideLink {
  /** A link that the system opened, or that stands in a picture dropped onto the window. */
  readonly onLink: (link: string) => void;
  /** Why there is none in the picture. */
  readonly onRefused: (code: ErrorCode) => void;
}

/** Takes links from outside of the window, one that came before it was there too. */
export function useOutsideLink(then: OutsideLink): void {
  const latest = useRef(then);
  useEffect(() => {
    latest.current = then;
  });
  useEffect(() => {
    const take = (): void => {
      ipc.takeOpenedLink().then(
        (link) => link !== null && latest.current.onLink(link),
        (error: unknown) => latest.current.onRefused(codeOf(error)),
      );
    };
    return ipc.onLinkOpened(take);
  }, []);
}
