import { Inbox, MessagesSquare, Settings, UserPlus, UserRoundPlus } from "lucide-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Badge } from "~/components/Badge";
import { Banners } from "~/components/Banners";
import { Button } from "~/components/Button";
import { EmptyState } from "~/components/EmptyState";
import { IconButton } from "~/components/IconButton";
import { Kbd } from "~/components/Kbd";
import { keysOf } from "~/components/shortcuts";
import { useMedia } from "~/components/useMedia";
import { Sidebar } from "~/features/chats/Sidebar";
import type { ConversationHandle } from "~/features/conversation/Conversation";
import { Details } from "~/features/details/Details";
import { useNotices } from "~/features/relays/ConnectionBanner";
import { StatusStrip } from "~/features/relays/StatusStrip";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { chatName } from "~/state/chatKind";
import { useChat, useRequests, useSettings, useSortedChats } from "~/state/selectors";
import { useStore } from "~/state/store";
import { askBlock } from "./askBlock";
import { ONE_PANE, RAIL, WIDE } from "./breakpoints";
import { ChatItems } from "./ChatMenus";
import { useLastChat } from "./lastChat";
import styles from "./MainWindow.module.css";
import { openChat } from "./navigate";
import { loadPalette, Overlays } from "./Overlays";
import { Resizer } from "./Resizer";
import { shell, useShell } from "./shell";
import { useKeyboard } from "./useKeyboard";
import { useOpenedLink } from "./useOpenedLink";

const loadChatPane = () => import("./ChatPane");
const ChatPane = lazy(loadChatPane);
const RequestsPane = lazy(() =>
  import("~/features/requests/RequestsPane").then((module) => ({ default: module.RequestsPane })),
);

/** Fetches what the first picture has no use for, when that is drawn. */
function afterFirstPicture(): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      void loadChatPane();
      void loadPalette();
    });
  });
  return () => cancelAnimationFrame(frame);
}

/** Goes to what a clicked notification was about. */
function goWhereWanted(): void {
  ipc.takePlace().then(
    (place) => {
      if (place?.kind === "chat") openChat(place.chat);
      else if (place) shell.showRequests(true);
    },
    () => undefined,
  );
}

/** The window of a running engine: chats, one conversation, details. */
export function MainWindow() {
  const conversation = useRef<ConversationHandle>(null);
  const onePane = useMedia(ONE_PANE);
  const wide = useMedia(WIDE);
  const open = useStore((state) => state.open);
  const chat = useChat(open?.chat ?? null);
  const { requests, detailsColumn, detailsOver, sidebarWidth } = useShell();
  const details = chat !== null && !requests && (wide ? detailsColumn : detailsOver);
  const main = requests || chat !== null;
  const notices = useNotices();
  // An open chat has a place for them, under its header, where they move nothing else.
  const inChat = chat !== null && !requests;

  useKeyboard({ conversation, wide });
  useEffect(() => ipc.onPlaceWanted(goWhereWanted), []);
  useEffect(afterFirstPicture, []);
  useOpenedLink();
  const returning = useLastChat();

  return (
    <div className={styles.whole}>
      {!inChat && <Banners notices={notices} />}
      <div
        className={styles.window}
        ref={(element) => element?.style.setProperty("--sidebar-width", `${sidebarWidth}px`)}
        data-testid="main-window"
      >
        {(!onePane || !main) && <Chats chat={chat} onePane={onePane} />}
        {(!onePane || main) && (
          <main
            className={styles.main}
            aria-label={
              requests
                ? t("chats.requests")
                : chat
                  ? t("main.name", { name: chatName(chat) })
                  : t("main.emptyTitle")
            }
          >
            {requests ? (
              <Suspense>
                <RequestsPane onClose={() => shell.showRequests(false)} onOpenChat={openChat} />
              </Suspense>
            ) : open && chat ? (
              <Suspense>
                <ChatPane
                  key={chat.id}
                  chat={chat}
                  open={open}
                  notices={notices}
                  conversation={conversation}
                  details={details}
                  wide={wide}
                  onePane={onePane}
                  onSearchAll={(words) => shell.open({ kind: "palette", words })}
                />
              </Suspense>
            ) : (
              !returning && <NoChat />
            )}
          </main>
        )}
        {details && (
          <div className={styles.details}>
            <Details
              chat={chat}
              onClose={() => shell.toggleDetails(wide)}
              onVerify={() => shell.open({ kind: "verify", chat: chat.id })}
              onAct={(kind) =>
                kind === "block" ? askBlock(chat) : shell.open({ kind, chat: chat.id })
              }
            />
          </div>
        )}
        <Overlays />
      </div>
    </div>
  );
}

interface ChatsProps {
  chat: ChatView | null;
  onePane: boolean;
}

function Chats({ chat, onePane }: ChatsProps) {
  const chats = useSortedChats();
  const { density } = useSettings();
  // In front of the chat they are what is shown.
  const requests = useShell((state) => state.requests);
  const rail = useMedia(RAIL) && !onePane;
  return (
    <div className={styles.sidebar} data-pane="chats">
      <Sidebar
        chats={chats}
        selected={requests ? null : (chat?.id ?? null)}
        rail={rail}
        compact={density === "compact"}
        onOpen={openChat}
        onAdd={() => shell.open({ kind: "add-contact" })}
        onPeople={() => shell.open({ kind: "people" })}
        onSearch={() => shell.open({ kind: "palette" })}
        menu={(of) => <ChatItems chat={of} />}
        nobody={onePane && <Nobody />}
        top={<RequestsRow />}
        edge={!rail && !onePane && <Resizer />}
        foot={
          <StatusStrip onDetails={() => shell.open({ kind: "settings", pane: "relays" })}>
            <IconButton
              size="small"
              icon={Settings}
              label={t("chats.settings")}
              shortcut={keysOf("settings")}
              onClick={() => shell.open({ kind: "settings" })}
              data-testid="open-settings"
            />
          </StatusStrip>
        }
      />
    </div>
  );
}

function RequestsRow() {
  const count = useRequests().length;
  const shown = useShell((state) => state.requests);
  if (count === 0 && !shown) return null;
  return (
    <button
      type="button"
      className={styles.requests}
      aria-current={shown || undefined}
      onClick={() => shell.showRequests(true)}
      data-testid="requests-row"
    >
      <span className={styles.requestsIcon}>
        <Inbox size={18} strokeWidth={1.8} aria-hidden />
      </span>
      <span>{t("chats.requests")}</span>
      <Badge count={count} label={t("chats.requestsCount", { count })} />
    </button>
  );
}

function NoChat() {
  const some = useStore((state) => state.chats.size > 0);
  if (!some) return <Nobody />;
  return (
    <EmptyState
      icon={MessagesSquare}
      title={t("main.emptyTitle")}
      text={<T id="main.emptyText" values={{ keys: <Kbd keys={keysOf("palette")} /> }} />}
    />
  );
}

/** How to begin. */
function Nobody() {
  return (
    <EmptyState
      icon={UserRoundPlus}
      title={t("chats.emptyTitle")}
      text={t("chats.emptyText")}
      action={
        <Button
          variant="primary"
          icon={UserPlus}
          onClick={() => shell.open({ kind: "add-contact" })}
          data-testid="empty-add-contact"
        >
          {t("chats.add")}
        </Button>
      }
    />
  );
}
