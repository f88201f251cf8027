/**
 * What a person does to the open chat: opening, paging, jumping. Each asks the engine for a page and
 * puts it into the store; an answer for a chat or a place that has been left is dropped.
 */
import type { ChatId, MessageId, PageAnchor } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { opening, withFailure, withPage, withTarget, withTrim } from "./pages";
import { type OpenChat, PAGE_ROWS } from "./state";
import { useStore } from "./store";

/** What is said to be loading for each place. */
const LOADING = { newest: "first", before: "older", after: "newer", around: "around" } as const;

/** Counts the loads that replace all rows: an answer to an older one is late. */
let generation = 0;

function change(step: (open: OpenChat) => OpenChat): void {
  useStore.setState((state) => (state.open ? { open: step(state.open) } : {}));
}

/** The load that failed last, for trying it again. */
let failedLoad: { readonly anchor: PageAnchor; readonly replaces: boolean } | null = null;

/** Settles when rows may come in above or below those on screen. */
type Ready = () => Promise<void>;

const atOnce: Ready = () => Promise.resolve();

async function load(anchor: PageAnchor, replaces: boolean, ready = atOnce): Promise<boolean> {
  const chat = useStore.getState().open?.chat;
  if (chat === undefined) return false;
  if (replaces) generation += 1;
  const mine = generation;
  const current = (): boolean => mine === generation && useStore.getState().open?.chat === chat;
  try {
    const page = await ipc.listMessages({ chat, anchor, limit: PAGE_ROWS });
    await ready();
    if (!current()) return false;
    change((open) => withPage(open, anchor, page));
    markRead();
    return true;
  } catch (error) {
    if (!current()) return false;
    failedLoad = { anchor, replaces };
    change((open) => withFailure(open, codeOf(error)));
    return false;
  }
}

/** Opens a chat at its newest message, or around the one where it was left. */
function openChat(chat: ChatId, at?: MessageId): void {
  if (useStore.getState().open?.chat === chat) return;
  useStore.setState({ open: opening(chat) });
  if (at === undefined) {
    void load({ kind: "newest" }, true);
    return;
  }
  void load({ kind: "around", message: at }, true).then(() => {
    const open = useStore.getState().open;
    // The place where it was left may have been deleted meanwhile.
    if (open?.chat !== chat || open.failed !== "unknown_message") return;
    change((now) => ({ ...now, loading: "first", failed: null }));
    void load({ kind: "newest" }, true);
  });
}

/** Loads again what could not be loaded. */
function retryLoad(): void {
  const open = useStore.getState().open;
  if (!open?.failed || open.loading) return;
  const { anchor, replaces } =
    open.messages.length > 0 && failedLoad
      ? failedLoad
      : { anchor: { kind: "newest" } as const, replaces: true };
  change((now) => ({ ...now, failed: null, loading: LOADING[anchor.kind] }));
  void load(anchor, replaces);
}

function closeChat(): void {
  generation += 1;
  useStore.setState({ open: null });
}

/** Loads the rows around the place that is on screen again, as after a gap. */
export function reloadOpenChat(): void {
  const open = useStore.getState().open;
  const middle = open?.messages[Math.floor(open.messages.length / 2)];
  const anchor: PageAnchor =
    open?.hasNewer && middle ? { kind: "around", message: middle.id } : { kind: "newest" };
  void load(anchor, true);
}

function loadOlder(ready?: Ready): void {
  const open = useStore.getState().open;
  const first = open?.messages[0];
  if (!open?.hasOlder || open.loading || !first) return;
  change((now) => ({ ...now, loading: "older" }));
  void load({ kind: "before", message: first.id }, false, ready);
}

function loadNewer(ready?: Ready): void {
  const open = useStore.getState().open;
  const last = open?.messages.at(-1);
  if (!open?.hasNewer || open.loading || !last) return;
  change((now) => ({ ...now, loading: "newer" }));
  void load({ kind: "after", message: last.id }, false, ready);
}

function jumpTo(message: MessageId): void {
  const open = useStore.getState().open;
  if (!open) return;
  if (open.messages.some((row) => row.id === message)) {
    change((now) => withTarget(now, message));
    return;
  }
  change((now) => ({ ...now, loading: "around" }));
  void load({ kind: "around", message }, true).then((loaded) => {
    if (!loaded) return;
    const found = useStore.getState().open?.messages.some((row) => row.id === message);
    change((now) => (found ? withTarget(now, message) : withFailure(now, "unknown_message")));
  });
}

function jumpToNewest(): void {
  const open = useStore.getState().open;
  if (!open) return;
  change((now) => ({ ...now, target: null }));
  if (open.hasNewer) {
    change((now) => ({ ...now, loading: "around" }));
    void load({ kind: "newest" }, true);
  }
}

function trim(keep: "newest" | "oldest"): void {
  if (useStore.getState().open?.loading) return;
  change((open) => withTrim(open, keep));
}

function setWatching(watching: boolean): void {
  if (useStore.getState().open?.watching === watching) return;
  change((open) => ({ ...open, watching }));
  markRead();
}

/** Tells the engine what was seen: the newest row, while the person looks at it. */
export function markRead(): void {
  const { open, chats } = useStore.getState();
  const last = open?.messages.at(-1);
  if (!open?.watching || open.hasNewer || !last) return;
  if ((chats.get(open.chat)?.unread ?? 0) === 0) return;
  // Not worth a word if it fails: the next look at the chat says it again.
  ipc.markRead(open.chat, last.id).catch(() => undefined);
}

export const actions = {
  openChat,
  closeChat,
  retryLoad,
  loadOlder,
  loadNewer,
  jumpTo,
  jumpToNewest,
  trim,
  setWatching,
};
