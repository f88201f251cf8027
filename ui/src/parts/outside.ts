/**
 * What came from outside of the window and waits until it can be asked about: a link that the system
 * opened, or why a picture that was dropped has none. Any page can open a link at any moment, so that
 * one never takes the place of a question that is open; and the engine gives it only once, so that it
 * is kept here.
 */
import { useEffect, useRef } from "react";
import { create } from "zustand";
import { showToast } from "~/components/Toast";
import { t } from "~/i18n/t";
import type { ErrorCode } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";

export type Outside =
  | { readonly kind: "link"; readonly link: string }
  | { readonly kind: "refused"; readonly code: ErrorCode };

/** More than anybody opens by hand; a page could go on for ever. */
const MOST_WAITING = 20;

/** The oldest first. */
export const useWaiting = create<readonly Outside[]>(() => []);

const wordsOf = (item: Outside): string => (item.kind === "link" ? item.link : item.code);

/** Two presses on the same link are one question. */
function keepOutside(item: Outside): void {
  const waiting = useWaiting.getState();
  const known = waiting.some((other) => wordsOf(other) === wordsOf(item));
  if (!known && waiting.length < MOST_WAITING) useWaiting.setState([...waiting, item], true);
}

function drop(item: Outside): void {
  useWaiting.setState((waiting) => waiting.filter((other) => other !== item), true);
}

/** Takes all that is there: it may have come before the window listened. */
function take(): void {
  ipc.takeOpenedLink().then(
    (link) => {
      if (link === null) return;
      keepOutside({ kind: "link", link });
      take();
    },
    (error: unknown) => {
      keepOutside({ kind: "refused", code: codeOf(error) });
    },
  );
}

/** A picture is mostly read before anybody could read that it is being read, ms. */
const READ_BY_THEN = 400;

/** Takes what comes from outside, and what came before the window was there. */
export function useOutside(): void {
  useEffect(() => {
    let reading: ReturnType<typeof setTimeout> | undefined;
    const stopLinks = ipc.onLinkOpened(() => {
      clearTimeout(reading);
      take();
    });
    const stopPictures = ipc.onPictureDropped(() => {
      clearTimeout(reading);
      reading = setTimeout(() => showToast({ text: t("link.picture.reading") }), READ_BY_THEN);
    });
    return () => {
      clearTimeout(reading);
      stopLinks();
      stopPictures();
    };
  }, []);
}

/**
 * Shows what waits, one after the other.
 *
 * @param free whether nothing else has to be decided first.
 * @param show gives whether it was taken; what was not goes on waiting.
 * @param asked the link that the person is being asked about: another press on it asks nothing new.
 */
export function useNextOutside(
  free: boolean,
  show: (item: Outside) => boolean,
  asked: string | null,
): void {
  const [next] = useWaiting();
  const latest = useRef(show);
  useEffect(() => {
    latest.current = show;
  });
  useEffect(() => {
    if (next === undefined) return;
    if (next.kind === "link" && next.link === asked) drop(next);
    else if (free && latest.current(next)) drop(next);
  }, [free, next, asked]);
}
