import { Ban, CheckCheck, Eraser, MessageSquare, Pencil, Trash2 } from "lucide-react";
import { MenuItem, MenuSeparator } from "~/components/Menu";
import { t } from "~/i18n/t";
import type { ChatView } from "~/ipc/bindings";
import { contactOf } from "~/state/chatKind";
import { askBlock } from "./askBlock";
import { markChatRead } from "./markChatRead";
import { openChat } from "./navigate";
import { shell } from "./shell";

/** The menu of a row in the chat list. */
export function ChatItems({ chat }: { chat: ChatView }) {
  return (
    <>
      <MenuItem icon={MessageSquare} onSelect={() => openChat(chat.id)}>
        {t("chats.open")}
      </MenuItem>
      {chat.unread > 0 && (
        <MenuItem icon={CheckCheck} onSelect={() => void markChatRead(chat.id)}>
          {t("chats.markRead")}
        </MenuItem>
      )}
      <MenuSeparator />
      <ContactItems chat={chat} />
    </>
  );
}

/** What can be done with a contact and its chat; in the header's menu and in the row's. */
export function ContactItems({ chat }: { chat: ChatView }) {
  const ask = (kind: "rename" | "clear" | "delete") => () => shell.open({ kind, chat: chat.id });
  return (
    <>
      <MenuItem icon={Pencil} onSelect={ask("rename")} testid="menu-rename">
        {t("chat.rename")}
      </MenuItem>
      <MenuItem icon={Eraser} danger onSelect={ask("clear")} testid="menu-clear">
        {t("chat.clear")}
      </MenuItem>
      <MenuItem icon={Ban} onSelect={() => askBlock(chat)} testid="menu-block">
        {contactOf(chat).blocked ? t("chat.unblock") : t("chat.block")}
      </MenuItem>
      <MenuItem icon={Trash2} danger onSelect={ask("delete")} testid="menu-delete">
        {t("chat.delete")}
      </MenuItem>
    </>
  );
}
