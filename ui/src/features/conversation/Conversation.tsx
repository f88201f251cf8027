import { Copy, Info, Link, RotateCw, Trash2 } from "lucide-react";
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Banners, type Notice } from "~/components/Banners";
import { copyText } from "~/components/copy";
import { ContextMenu, MenuItem, MenuSeparator } from "~/components/Menu";
import { showToast } from "~/components/Toast";
import { useFocused } from "~/components/useFocused";
import { errorWords } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatView, ContactView, MessageId, MessageView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { questionOf, useIsPutOff } from "~/parts/markVerified";
import { contactOf } from "~/state/chatKind";
import { useMoved } from "~/state/selectors";
import { type OpenChat, useStore } from "~/state/store";
import { Announcer } from "./Announcer";
import { ChatHeader } from "./ChatHeader";
import styles from "./Conversation.module.css";
import { FindBar } from "./FindBar";
import { KeyBanner, KeyChoice, mustDecide } from "./KeyBanner";
import { LinkBanner } from "./LinkBanner";
import { copyLink, LinkQuestion } from "./LinkQuestion";
import { MessageInfoDialog } from "./MessageInfoDialog";
import { type MessageAct, MessageList, type MessageListHandle } from "./MessageList";
import { plainText } from "./messageWords";
import { NameBanner } from "./NameBanner";
import { type FoundPlace, useFind } from "./useFind";

export interface ConversationHandle {
  find: () => void;
  /** To the next older place of what was found (1) or the next newer one (-1). */
  findNext: (by: 1 | -1) => void;
  /** Whether the search was open. */
  closeFind: () => boolean;
  toNewest: () => void;
  focusMessages: () => void;
}

export interface ConversationProps {
  chat: ChatView;
  open: OpenChat;
  /** What is to be said of the program as a whole. */
  notices: readonly Notice[];
  details: boolean;
  onDetails: () => void;
  /** Opens the screen on which keys are compared. */
  onVerify: () => void;
  onBack?: () => void;
  menu: ReactNode;
  /** Looks for words in every chat. */
  onSearchAll: (words: string) => void;
  /** What was found in this chat from elsewhere, and is to be marked here. */
  found: FoundPlace | null;
  onFindClosed: () => void;
  /** Below the messages. */
  composer: ReactNode;
  ref?: Ref<ConversationHandle>;
}

/** One chat: header, banners, messages, composer. Keyed by the chat, so nothing of another one stays. */
export function Conversation(props: ConversationProps) {
  const { chat, open, notices, composer, onSearchAll, found, onFindClosed, ref, ...header } = props;
  const contact = contactOf(chat);
  const list = useRef<MessageListHandle>(null);
  const find = useFind(chat.id, list, found, onFindClosed);
  const acts = useActs(contact.name);
  const own = useOwnNotices(contact, () => list.current?.focus());
  useActiveChat(chat);

  useImperativeHandle(
    ref,
    () => ({
      find: find.start,
      findNext: find.step,
      closeFind: () => {
        if (find.active) find.close();
        return find.active;
      },
      toNewest: () => list.current?.toNewest(),
      focusMessages: () => list.current?.focus(),
    }),
    [find],
  );

  return (
    <div className={styles.conversation}>
      <ChatHeader contact={contact} onSearch={find.start} {...header} />
      {find.active && (
        <FindBar
          find={find}
          onSearchAll={(words) => {
            find.close();
            onSearchAll(words);
          }}
        />
      )}
      <Banners notices={[...notices, ...own]} />
      <MessageList
        ref={list}
        open={open}
        contact={contact}
        unread={chat.unread}
        sought={find.sought}
        hit={find.hit}
        onAct={acts.act}
      />
      <Announcer messages={open.messages} complete={!open.hasNewer} name={contact.name} />
      {contact.keyChange && mustDecide(contact) && !contact.blocked ? (
        <KeyChoice contact={contact} change={contact.keyChange} onVerify={props.onVerify} />
      ) : (
        composer
      )}
      <MessageMenu acts={acts} />
      <LinkQuestion link={acts.link} onClose={() => acts.setLink(null)} />
      <MessageInfoDialog message={acts.info} contact={contact} onClose={() => acts.setInfo(null)} />
      <AlertDialog
        open={acts.deleting !== null}
        onOpenChange={(shown) => !shown && acts.setDeleting(null)}
        title={t("message.deleteTitle")}
        action={t("message.deleteAction")}
        onAction={() => acts.remove().then(() => list.current?.focus())}
        danger
        testid="delete-message"
      >
        {acts.deleting?.state === "queued" || acts.deleting?.state === "failed" ? (
          t("message.deleteUnsent")
        ) : (
          <T id="message.deleteText" values={{ name: contact.name }} />
        )}
      </AlertDialog>
    </div>
  );
}

/** Where each stands among all that can be said at once. */
const RANK = { key: 10, name: 40, link: 50 } as const;

/** What is to be said of the contact, as far as it can be acted on now. */
function useOwnNotices(contact: ContactView, onDone: () => void): readonly Notice[] {
  const off = useIsPutOff(contact.id);
  const connected = useStore((state) => state.disconnectedSince === null);
  const unusable = useStore((state) => state.diskFull || state.historyUnusable);
  const inviter = questionOf(contact);
  const { keyChange, otherName, blocked } = contact;
  const notices: Notice[] = [];
  const say = (id: keyof typeof RANK, banner: ReactNode) =>
    notices.push({ id, rank: RANK[id], banner });
  if (unusable) return notices;
  if (keyChange) say("key", <KeyBanner contact={contact} change={keyChange} />);
  // Until the key is decided nothing else of the contact is asked.
  if (keyChange || !connected) return notices;
  if (otherName !== null) {
    say("name", <NameBanner contact={contact} other={otherName} onDone={onDone} />);
  }
  if (inviter && !off && !blocked) {
    say("link", <LinkBanner contact={contact} inviter={inviter} onDone={onDone} />);
  }
  return notices;
}

type Asked = Extract<MessageAct, { kind: "menu" }>;

/** What the person does with a message, and the questions that it leads to. */
function useActs(name: string) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [link, setLink] = useState<{ url: string; text: string } | null>(null);
  const [info, setInfo] = useState<MessageId | null>(null);
  const [deleting, setDeleting] = useState<MessageView | null>(null);

  const copy = async (message: MessageView) => {
    const selected = getSelection()?.toString() ?? "";
    try {
      await copyText(selected === "" ? plainText(message, name) : selected);
      showToast({ text: t("message.copied") });
    } catch {
      showToast({ text: t("copy.failed"), tone: "danger" });
    }
  };

  const decide = (what: MessageAct): void => {
    switch (what.kind) {
      case "menu":
        setAsked(what);
        break;
      case "link":
        setLink(what);
        break;
      case "copy":
        void copy(what.message);
        break;
      case "delete":
        setDeleting(what.message);
        break;
      case "retry":
        ipc.retryMessage(what.message.id).catch(complain);
        break;
    }
  };

  const latest = useRef(decide);
  latest.current = decide;
  const act = useCallback((what: MessageAct) => latest.current(what), []);

  const remove = async () => {
    try {
      if (deleting) await ipc.deleteMessage(deleting.id);
    } catch {
      showToast({ text: t("message.deleteFailed"), tone: "danger" });
    }
    setDeleting(null);
  };

  return { asked, setAsked, link, setLink, info, setInfo, deleting, setDeleting, act, remove };
}

function complain(error: unknown): void {
  showToast({ text: errorWords(codeOf(error)).title, tone: "danger" });
}

function MessageMenu({ acts }: { acts: ReturnType<typeof useActs> }) {
  const { asked, setAsked, setInfo, act } = acts;
  const moved = useMoved();
  const message = asked?.message;
  const row = document.querySelector<HTMLElement>(`[data-message="${message?.id}"]`);
  return (
    <ContextMenu at={asked?.place ?? null} onClose={() => setAsked(null)} returnTo={row}>
      {message && (
        <>
          <MenuItem
            icon={Copy}
            shortcut="Ctrl C"
            onSelect={() => act({ kind: "copy", message })}
            testid="message-copy"
          >
            {t("message.copy")}
          </MenuItem>
          {asked.link && (
            <MenuItem icon={Link} onSelect={() => void copyLink(asked.link ?? "")}>
              {t("message.copyLink")}
            </MenuItem>
          )}
          {message.direction !== "system" && (
            <MenuItem icon={Info} onSelect={() => setInfo(message.id)} testid="message-info-open">
              {t("message.info")}
            </MenuItem>
          )}
          {message.state === "failed" && !moved && (
            <MenuItem icon={RotateCw} onSelect={() => act({ kind: "retry", message })}>
              {t("state.retry")}
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem
            icon={Trash2}
            danger
            onSelect={() => act({ kind: "delete", message })}
            testid="message-delete"
          >
            {t("message.delete")}
          </MenuItem>
        </>
      )}
    </ContextMenu>
  );
}

/** Tells the engine which chat the person is looking at: it needs no notification. */
function useActiveChat({ id }: ChatView): void {
  const focused = useFocused();
  useEffect(() => {
    // A missed report only costs a notification.
    ipc.setActiveChat(focused ? id : null).catch(() => undefined);
    return () => void ipc.setActiveChat(null).catch(() => undefined);
  }, [id, focused]);
}
