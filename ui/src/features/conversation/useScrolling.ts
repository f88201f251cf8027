/**
 * Keeps the place of the message list: at the newest message, at a message that was jumped to, or
 * where the person scrolled. It writes the scroll position after rows changed and, in WebKitGTK, for
 * a mouse wheel. The decisions are in `scrolling.ts` and `motion.ts`.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useFocused } from "~/components/useFocused";
import type { MessageId } from "~/ipc/bindings";
import { TRIMMED_ROWS } from "~/state/state";
import { actions, type OpenChat } from "~/state/store";
import { Motion, wheelTravel } from "./motion";
import { keepPlace, type Place, placeIn } from "./places";
import {
  atNewest,
  type Extent,
  firstBeyond,
  isAway,
  type Sight,
  sightIn,
  TRIM_AFTER_MS,
  trimSide,
  wantsNewer,
  wantsOlder,
} from "./scrolling";

/** The web view whose wheel must not be left to itself; see `motion.ts`. */
const TAKES_WHEEL = /Linux/.test(navigator.userAgent);
const FLASH_MS = 1_200;
/** The unread line is put this far below the top. */
const UNREAD_TOP_PX = 72;

export interface Scrolling {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** The newest message is out of sight. */
  away: boolean;
  flash: MessageId | null;
  toNewest: () => void;
  /** The message at the top of the window, or null at the newest one. */
  here: () => MessageId | null;
  sight: () => Sight | null;
}

export function useScrolling(open: OpenChat): Scrolling {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const anchor = useRef<Place | null>(null);
  /** Whether new messages at the end are followed. */
  const pinned = useRef(true);
  const started = useRef(false);
  /** The newest page was asked for and is on its way. */
  const leaving = useRef(false);
  const [motion] = useState(() => new Motion());
  const [away, setAway] = useState(false);
  const [seesNewest, setSeesNewest] = useState(false);
  const latest = useRef(open);
  latest.current = open;

  /** Takes note of where the list is, after it moved or changed. */
  const look = useCallback(() => {
    const box = scroller.current;
    if (!box || !started.current) return;
    const extent = extentOf(box);
    const now = latest.current;
    pinned.current = atNewest(extent, now);
    anchor.current = anchorIn(box, content.current);
    keepPlace(now.chat, pinned.current ? null : anchor.current);
    setAway(isAway(extent, now));
    setSeesNewest(pinned.current);
    // Without a height nothing is in sight, and no number of pages would fill it.
    if (box.clientHeight === 0) return;
    if (wantsOlder(extent, now)) actions.loadOlder(() => motion.still());
    else if (wantsNewer(extent, now)) actions.loadNewer(() => motion.still());
  }, [motion]);

  useLayoutEffect(() => {
    const box = scroller.current;
    const block = content.current;
    if (!box || !block || open.messages.length === 0) return;
    if (!started.current) {
      started.current = true;
      begin(box, block, open);
    } else if (leaving.current && !open.hasNewer) {
      leaving.current = false;
      box.scrollTop = 0;
    } else if (!pinned.current && anchor.current) {
      restore(box, block, anchor.current);
    }
    look();
  }, [open, look]);

  useTrim(scroller, content, latest, look);
  useMotion(scroller, anchor, motion);
  const flash = useTarget(open, scroller, content, look);
  useWidth(scroller, content, anchor, pinned);

  const focused = useFocused();
  // While other rows are on their way, what is in sight is about to go.
  const settled = open.loading !== "first" && open.loading !== "around";
  const watching = focused && seesNewest && settled;
  useEffect(() => actions.setWatching(watching), [watching]);
  // Another pane may take the place of the list while the chat stays open.
  useEffect(() => () => actions.setWatching(false), []);

  const toNewest = useCallback(() => {
    leaving.current = latest.current.hasNewer;
    pinned.current = true;
    actions.jumpToNewest();
    if (scroller.current) scroller.current.scrollTop = 0;
  }, []);

  const here = useCallback(() => (pinned.current ? null : (anchor.current?.message ?? null)), []);

  const sight = useCallback(
    () => (scroller.current && content.current ? sightOf(scroller.current, content.current) : null),
    [],
  );

  return { scroller, content, away, flash, toNewest, here, sight };
}

/** Distances beyond the window. `scrollTop` of a reversed column is 0 at its end and falls upward. */
function extentOf(box: HTMLElement): Extent {
  const below = Math.max(0, -box.scrollTop);
  return { above: Math.max(0, box.scrollHeight - box.clientHeight - below), below };
}

const topOf = (box: HTMLElement, row: Element): number =>
  row.getBoundingClientRect().top - box.getBoundingClientRect().top;

function messageRows(block: HTMLElement): HTMLElement[] {
  return [...block.querySelectorAll<HTMLElement>(":scope > [data-message]")];
}

/** The first message whose end is in sight. */
function anchorIn(box: HTMLElement, block: HTMLElement | null): Place | null {
  if (!block) return null;
  const rows = messageRows(block);
  const edge = box.getBoundingClientRect().top;
  const index = firstBeyond(
    rows.length,
    edge,
    (at) => rows[at]?.getBoundingClientRect().bottom ?? 0,
  );
  const row = rows[index] ?? rows.at(-1);
  return row ? { message: Number(row.dataset.message) as MessageId, top: topOf(box, row) } : null;
}

/** What is in sight now, or null if nothing is. */
function sightOf(box: HTMLElement, block: HTMLElement): Sight | null {
  const { top, bottom } = box.getBoundingClientRect();
  const rows = messageRows(block).map((row) => {
    const place = row.getBoundingClientRect();
    return { id: Number(row.dataset.message) as MessageId, top: place.top, bottom: place.bottom };
  });
  return sightIn(rows, top, bottom);
}

const rowOf = (block: HTMLElement, message: MessageId) =>
  block.querySelector<HTMLElement>(`:scope > [data-message="${message}"]`);

/** Puts the anchor where it was. Writes nothing when it is there already. */
function restore(box: HTMLElement, block: HTMLElement, { message, top }: Place): void {
  const row = rowOf(block, message);
  if (!row) return;
  const moved = topOf(box, row) - top;
  if (Math.abs(moved) >= 1) box.scrollTop += moved;
}

/** The first sight of a chat: where the person was, else the unread line, else the newest message. */
function begin(box: HTMLElement, block: HTMLElement, open: OpenChat): void {
  const place = placeIn(open.chat);
  if (place && rowOf(block, place.message)) {
    restore(box, block, place);
    return;
  }
  const line = block.querySelector("[data-unread]");
  if (!line && open.unreadLine !== null && open.hasOlder) actions.jumpTo(open.unreadLine);
  else if (line) {
    const hidden = UNREAD_TOP_PX - topOf(box, line);
    const { above } = extentOf(box);
    if (hidden > 0 && above > 0) box.scrollTop -= Math.min(hidden, above);
  }
}

/** Loads and cuts after scrolling. */
function useTrim(
  scroller: RefObject<HTMLDivElement | null>,
  content: RefObject<HTMLDivElement | null>,
  latest: RefObject<OpenChat>,
  look: () => void,
): void {
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    const trim = () => {
      const block = content.current;
      if (!block || latest.current.messages.length <= TRIMMED_ROWS) return;
      const rows = messageRows(block);
      const { top, bottom } = box.getBoundingClientRect();
      const edge = (at: number) => rows[at]?.getBoundingClientRect().bottom ?? 0;
      const first = firstBeyond(rows.length, top, edge);
      const last = firstBeyond(rows.length, bottom, edge);
      const side = trimSide(rows.length, TRIMMED_ROWS, first, last);
      if (side) actions.trim(side);
    };
    const onScroll = () => {
      clearTimeout(timer);
      timer = setTimeout(trim, TRIM_AFTER_MS);
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        look();
      });
    };
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      box.removeEventListener("scroll", onScroll);
    };
  }, [scroller, content, latest, look]);
}

/** Scrolls for a mouse wheel where the web view would animate it, and follows what it animates. */
function useMotion(
  scroller: RefObject<HTMLDivElement | null>,
  anchor: RefObject<Place | null>,
  motion: Motion,
): void {
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    /** Where the list itself has scrolled to: the event of that tells of no motion. */
    let own = Number.NaN;
    const onWheel = (event: WheelEvent) => {
      const travel = TAKES_WHEEL ? wheelTravel(event) : null;
      if (travel === null) return;
      event.preventDefault();
      const before = box.scrollTop;
      box.scrollTop += travel;
      own = box.scrollTop;
      const place = anchor.current;
      if (place) anchor.current = { ...place, top: place.top - (own - before) };
    };
    const onScroll = () => {
      if (box.scrollTop === own) return;
      own = Number.NaN;
      const { above, below } = extentOf(box);
      motion.moved(above < 1 || below < 1);
    };
    box.addEventListener("wheel", onWheel, { passive: !TAKES_WHEEL });
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      box.removeEventListener("wheel", onWheel);
      box.removeEventListener("scroll", onScroll);
      motion.rest();
    };
  }, [scroller, anchor, motion]);
}

/** Shows the message that was jumped to, in the middle, and lets it flash. */
function useTarget(
  open: OpenChat,
  scroller: RefObject<HTMLDivElement | null>,
  content: RefObject<HTMLDivElement | null>,
  look: () => void,
): MessageId | null {
  const [flash, setFlash] = useState<MessageId | null>(null);
  const { target } = open;
  useLayoutEffect(() => {
    const box = scroller.current;
    const row = target && content.current && rowOf(content.current, target.message);
    if (!box || !row) return;
    // Of a message higher than the window, what was found in it is shown.
    const mark = row.clientHeight > box.clientHeight ? row.querySelector("mark") : null;
    const shown = mark ?? row;
    const height = shown.getBoundingClientRect().height;
    box.scrollTop += topOf(box, shown) - (box.clientHeight - height) / 2;
    look();
    setFlash(target.message);
    const timer = setTimeout(() => setFlash(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [target, scroller, content, look]);
  return flash;
}

/** Another width wraps the lines anew: the message at the top stays there. */
function useWidth(
  scroller: RefObject<HTMLDivElement | null>,
  content: RefObject<HTMLDivElement | null>,
  anchor: RefObject<Place | null>,
  pinned: RefObject<boolean>,
): void {
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    let width = box.clientWidth;
    const observer = new ResizeObserver(() => {
      if (box.clientWidth === width) return;
      width = box.clientWidth;
      const block = content.current;
      if (block && anchor.current && !pinned.current) restore(box, block, anchor.current);
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [scroller, content, anchor, pinned]);
}
