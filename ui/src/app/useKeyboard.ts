import { type RefObject, useEffect } from "react";
import { flushSync } from "react-dom";
import type { ShortcutId } from "~/components/shortcuts";
import { showToast } from "~/components/Toast";
import type { ConversationHandle } from "~/features/conversation/Conversation";
import { errorSentence } from "~/i18n/errors";
import { codeOf, ipc } from "~/ipc/client";
import { WHOLE, zoomAfter } from "~/parts/zoom";
import { actions, store } from "~/state/store";
import { ONE_PANE, RAIL } from "./breakpoints";
import { shortcutOf } from "./keys";
import { openNeighbour } from "./navigate";
import { movePane } from "./panes";
import { shell, useShell } from "./shell";

export interface KeyboardTargets {
  search: RefObject<HTMLInputElement | null>;
  conversation: RefObject<ConversationHandle | null>;
  wide: boolean;
}

/** What works over dialogs, too. Closing does not: what is typed in one would be lost by habit. */
const EVERYWHERE: ReadonlySet<ShortcutId> = new Set(["quit", "zoom-in", "zoom-out", "zoom-reset"]);

/** Acts on the keys of the whole window. What has the focus gets them first. */
export function useKeyboard({ search, conversation, wide }: KeyboardTargets): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const id = shortcutOf(event);
      if (id === null || (modal() && !EVERYWHERE.has(id))) return;
      if (act(id, { search, conversation, wide })) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [search, conversation, wide]);
}

/** Whether a dialog or a menu has the keys; one that only fades out has not. */
function modal(): boolean {
  const open = ":is([role=dialog], [role=alertdialog], [role=menu]):not([data-closed])";
  return document.querySelector(open) !== null;
}

/** Does what the shortcut stands for; false leaves the press to the system. */
function act(id: ShortcutId, { search, conversation, wide }: KeyboardTargets): boolean {
  switch (id) {
    case "palette":
      shell.open({ kind: "palette" });
      return true;
    case "new-chat":
      shell.open({ kind: "add-contact" });
      return true;
    case "find":
      if (conversation.current) conversation.current.find();
      else searchAll(search);
      return true;
    case "find-all":
      searchAll(search);
      return true;
    case "previous-chat":
      openNeighbour(-1, false);
      return true;
    case "next-chat":
      openNeighbour(1, false);
      return true;
    case "previous-unread":
      openNeighbour(-1, true);
      return true;
    case "next-unread":
      openNeighbour(1, true);
      return true;
    case "details":
      if (store.getState().open) shell.toggleDetails(wide);
      return true;
    case "settings":
      shell.open({ kind: "settings" });
      return true;
    case "keys":
      shell.open({ kind: "settings", pane: "keyboard" });
      return true;
    case "next-pane":
      movePane(1);
      return true;
    case "previous-pane":
      movePane(-1);
      return true;
    case "escape":
      return closeTopmost(conversation.current);
    case "zoom-in":
      return zoomTo(zoomAfter(zoom(), 1));
    case "zoom-out":
      return zoomTo(zoomAfter(zoom(), -1));
    case "zoom-reset":
      return zoomTo(WHOLE);
    // There is no tray to close to: without its only window the program ends.
    case "close":
    case "quit":
      // The window is gone before it could hear of a failure.
      ipc.quit().catch(() => undefined);
      return true;
  }
}

/** The size that was asked for last, until the engine has answered: keys can be faster. */
let asked: number | null = null;

const zoom = (): number => asked ?? store.getState().settings.zoom;

/** Keeps another size of everything; the program around the window carries it out. */
function zoomTo(percent: number): true {
  if (percent === zoom()) return true;
  asked = percent;
  ipc
    .updateSettings({ zoom: percent })
    .catch((error: unknown) => {
      showToast({ text: errorSentence(codeOf(error)), tone: "danger" });
    })
    .finally(() => {
      if (asked === percent) asked = null;
    });
  return true;
}

/** Goes to the search of all messages; in a narrow window its field has to appear first. */
export function searchAll(search: RefObject<HTMLInputElement | null>): void {
  flushSync(() => {
    if (matchMedia(ONE_PANE).matches) {
      shell.showRequests(false);
      actions.closeChat();
    } else shell.openRail(true);
  });
  search.current?.focus();
  search.current?.select();
}

/** Closes one thing: the search, the details over the chat, the requests; then goes to the newest. */
function closeTopmost(conversation: ConversationHandle | null): boolean {
  const { words, railOpen, detailsOver, requests } = useShell.getState();
  if (words !== "") shell.setWords("");
  else if (railOpen && matchMedia(RAIL).matches) shell.openRail(false);
  else if (detailsOver) shell.hideDetailsOver();
  else if (requests) shell.showRequests(false);
  else if (conversation) conversation.toNewest();
  else return false;
  return true;
}
