import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { ContextMenu, type MenuPlace } from "~/components/Menu";
import type { ChatId, ChatView } from "~/ipc/bindings";
import styles from "./ChatList.module.css";
import { ChatRow } from "./ChatRow";

export interface ChatListProps {
  chats: readonly ChatView[];
  selected: ChatId | null;
  now: number;
  compact: boolean;
  onOpen: (chat: ChatId) => void;
  /** What can be done with a chat; drawn in its menu. */
  menu: (chat: ChatView) => ReactNode;
}

/** So many rows are simply drawn; only longer lists are windowed. */
const PLAIN_ROWS = 100;
/** Frames within which a windowed list has settled after a jump. */
const FOCUS_FRAMES = 12;

/**
 * The chats as one stop of the Tab key: arrows move within it, Enter opens.
 * https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex
 */
export function ChatList({ chats, selected, now, compact, onOpen, menu }: ChatListProps) {
  const list = useRef<VirtualizerHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<ChatId | null>(null);
  /** The row that gets the focus as soon as it is drawn. */
  const wanted = useRef<ChatId | null>(null);
  const [asked, setAsked] = useState<{ chat: ChatId; place: MenuPlace } | null>(null);
  const current = at ?? selected ?? chats[0]?.id;
  const index = Math.max(
    0,
    chats.findIndex((chat) => chat.id === current),
  );
  const reachable = chats[index]?.id;
  useEffect(() => setAt(selected), [selected]);

  const rowOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-chat]") : null;

  const move = (to: number) => {
    const chat = chats[Math.min(chats.length - 1, Math.max(0, to))];
    if (!chat) return;
    wanted.current = chat.id;
    setAt(chat.id);
    list.current?.scrollToIndex(chats.indexOf(chat), { align: "nearest" });
  };

  // A row that was out of sight is drawn some frames after the list scrolled to it, and may be
  // drawn anew then; so the focus is given until it stays.
  useEffect(() => {
    if (wanted.current === null || wanted.current !== reachable) return;
    wanted.current = null;
    let frames = 0;
    let frame = 0;
    const give = () => {
      const target = box.current?.querySelector<HTMLElement>(`[data-chat="${reachable}"]`);
      const elsewhere = document.activeElement !== document.body && frames > 0;
      if (target !== document.activeElement && !elsewhere) target?.focus();
      frames += 1;
      if (frames < FOCUS_FRAMES && list.current) frame = requestAnimationFrame(give);
    };
    give();
    return () => cancelAnimationFrame(frame);
  }, [reachable]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
      const row = rowOf(event.target);
      if (row) setAsked({ chat: Number(row.dataset.chat) as ChatId, place: row });
    } else if (event.key in STEPS) {
      move(STEPS[event.key as keyof typeof STEPS](index, chats.length));
    } else return;
    event.preventDefault();
  };

  const onContextMenu = (event: MouseEvent) => {
    const row = rowOf(event.target);
    if (!row) return;
    event.preventDefault();
    setAsked({
      chat: Number(row.dataset.chat) as ChatId,
      place: { x: event.clientX, y: event.clientY },
    });
  };

  const row = (chat: ChatView) => (
    <ChatRow
      key={chat.id}
      chat={chat}
      selected={chat.id === selected}
      reachable={chat.id === reachable}
      now={now}
      onOpen={onOpen}
    />
  );

  const askedChat = chats.find((chat) => chat.id === asked?.chat);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and menu of the rows inside
    <div className={styles.scroller} ref={box} onKeyDown={onKeyDown} onContextMenu={onContextMenu}>
      {chats.length <= PLAIN_ROWS ? (
        <ul>
          {chats.map((chat) => (
            <li key={chat.id}>{row(chat)}</li>
          ))}
        </ul>
      ) : (
        <Virtualizer
          ref={list}
          as="ul"
          item="li"
          data={chats}
          itemSize={compact ? 52 : 64}
          keepMounted={[index]}
        >
          {row}
        </Virtualizer>
      )}
      <ContextMenu
        at={asked && askedChat ? asked.place : null}
        onClose={() => setAsked(null)}
        returnTo={box.current?.querySelector<HTMLElement>(`[data-chat="${asked?.chat}"]`)}
      >
        {askedChat && menu(askedChat)}
      </ContextMenu>
    </div>
  );
}

const STEPS = {
  ArrowDown: (index: number) => index + 1,
  ArrowUp: (index: number) => index - 1,
  PageDown: (index: number) => index + 8,
  PageUp: (index: number) => index - 8,
  Home: () => 0,
  End: (_: number, length: number) => length - 1,
} as const;
