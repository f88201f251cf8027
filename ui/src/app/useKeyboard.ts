import { type RefObject, useEffect } from "react";
import type { ShortcutId } from "~/components/shortcuts";
import { showToast } from "~/components/Toast";
import type { ConversationHandle } from "~/features/conversation/Conversation";
import { errorSentence } from "~/i18n/errors";
import { codeOf, ipc } from "~/ipc/client";
import { WHOLE, zoomAfter } from "~/parts/zoom";
import { store } from "~/state/store";
import { shortcutOf } from "./keys";
import { openNeighbour } from "./navigate";
import { movePane, writeHere } from "./panes";
import { shell, useShell } from "./shell";
import { leave } from "./useClosing";

export interface KeyboardTargets {
  conversation: RefObject<ConversationHandle | null>;
  wide: boolean;
}

/** What works over dialogs, too. Closing does not: what is typed in one would be lost by habit. */
const EVERYWHERE: ReadonlySet<ShortcutId> = new Set(["quit", "zoom-in", "zoom-out", "zoom-reset"]);

/** Acts on the keys of the whole window. What has the focus gets them first. */
export function useKeyboard({ conversation, wide }: KeyboardTargets): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const id = shortcutOf(event);
      if (id === null) {
        // The press itself goes on to where the focus is then.
        if (!modal()) writeHere(event);
        return;
      }
      if (modal() && !EVERYWHERE.has(id)) return;
      if (act(id, { conversation, wide })) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [conversation, wide]);
}

/** Whether a dialog or a menu has the keys; one that only fades out has not. */
function modal(): boolean {
  const open = ":is([role=dialog], [role=alertdialog], [role=menu]):not([data-closed])";
  return document.querySelector(open) !== null;
}

/** Does what the shortcut stands for; false leaves the press to the system. */
function act(id: ShortcutId, { conversation, wide }: KeyboardTargets): boolean {
  switch (id) {
    case "palette":
    case "find-all":
      shell.open({ kind: "palette" });
      return true;
    case "new-chat":
      shell.open({ kind: "add-contact" });
      return true;
    case "find":
      if (conversation.current) conversation.current.find();
      else shell.open({ kind: "palette" });
      return true;
    case "find-next":
      conversation.current?.findNext(1);
      return conversation.current !== null;
    case "find-previous":
      conversation.current?.findNext(-1);
      return conversation.current !== null;
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
      movePane(1, () => conversation.current?.focusMessages());
      return true;
    case "previous-pane":
      movePane(-1, () => conversation.current?.focusMessages());
      return true;
    case "escape":
      return closeTopmost(conversation.current);
    case "zoom-in":
      return zoomTo(zoomAfter(zoom(), 1));
    case "zoom-out":
      return zoomTo(zoomAfter(zoom(), -1));
    case "zoom-reset":
      return zoomTo(WHOLE);
    case "close":
      // The window closes as by its own button.
      ipc.askClose().catch(() => undefined);
      return true;
    case "quit":
      void leave("quit");
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

/** Closes one thing: the details over the chat, the requests, the search; then goes to the newest. */
function closeTopmost(conversation: ConversationHandle | null): boolean {
  const { detailsOver, requests } = useShell.getState();
  if (detailsOver) shell.hideDetailsOver();
  else if (requests) shell.showRequests(false);
  else if (conversation) {
    if (!conversation.closeFind()) conversation.toNewest();
  } else return false;
  return true;
}
