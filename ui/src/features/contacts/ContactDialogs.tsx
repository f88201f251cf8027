/**
 * The small dialogs about one contact: rename, block, delete, clear. Each is open while it has a
 * chat; the menus of the chat list, the header and the details use them.
 */
import type { ReactNode } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Fault } from "~/components/Fault";
import { errorSentence } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { type MessageKey, t } from "~/i18n/t";
import type { ChatView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { NameDialog } from "~/parts/NameDialog";
import { chatName, contactOf } from "~/state/chatKind";
import { useAction } from "~/state/useAction";
import { useKept } from "~/state/useKept";

export interface ContactDialogProps {
  /** The chat in question; null closes the dialog. */
  readonly chat: ChatView | null;
  readonly onClose: () => void;
}

export function RenameDialog({ chat, onClose }: ContactDialogProps) {
  const shown = useKept(chat);
  if (!shown) return null;
  const { id, name, userId } = contactOf(shown);
  return (
    <NameDialog
      key={id}
      open={chat !== null}
      onClose={onClose}
      title={<T id="rename.title" values={{ name }} />}
      label={t("rename.label")}
      hint={<T id="rename.hint" values={{ id: userId }} />}
      initial={name}
      action={t("rename.save")}
      onName={async (given) => {
        await ipc.renameContact(id, given);
        onClose();
      }}
      testid="rename"
    />
  );
}

interface QuestionProps extends ContactDialogProps {
  readonly title: MessageKey;
  readonly action: MessageKey;
  readonly onAction: (chat: ChatView) => Promise<unknown>;
  readonly testid: string;
  readonly children: (chat: ChatView) => ReactNode;
}

function Question({ chat, onClose, title, action, onAction, testid, children }: QuestionProps) {
  const shown = useKept(chat);
  const { failed, run, clear } = useAction();
  if (!shown) return null;
  return (
    <AlertDialog
      open={chat !== null}
      onOpenChange={(open) => {
        if (open) return;
        clear();
        onClose();
      }}
      title={<T id={title} values={{ name: chatName(shown) }} />}
      action={t(action)}
      danger
      testid={testid}
      onAction={async () => {
        if (await run(() => onAction(shown))) onClose();
      }}
    >
      {children(shown)}
      <Fault words={failed && errorSentence(failed)} />
    </AlertDialog>
  );
}

export function BlockDialog(props: ContactDialogProps) {
  return (
    <Question
      {...props}
      title="block.title"
      action="block.action"
      testid="block-dialog"
      onAction={(chat) => ipc.blockContact(contactOf(chat).id, true)}
    >
      {(chat) => <T id="block.text" values={{ name: chatName(chat) }} />}
    </Question>
  );
}

export function DeleteContactDialog(props: ContactDialogProps) {
  return (
    <Question
      {...props}
      title="delete_contact.title"
      action="delete_contact.action"
      testid="delete-contact-dialog"
      onAction={(chat) => ipc.deleteContact(contactOf(chat).id)}
    >
      {(chat) => (
        <>
          <T id="delete_contact.text" values={{ name: chatName(chat) }} /> <Waiting chat={chat} />
        </>
      )}
    </Question>
  );
}

export function ClearChatDialog(props: ContactDialogProps) {
  return (
    <Question
      {...props}
      title="clear.title"
      action="clear.action"
      testid="clear-chat-dialog"
      onAction={(chat) => ipc.clearChat(chat.id)}
    >
      {(chat) => (
        <>
          <T id="clear.text" values={{ name: chatName(chat) }} /> <Waiting chat={chat} />
        </>
      )}
    </Question>
  );
}

/** Says that what waits to be sent goes too. */
function Waiting({ chat }: { chat: ChatView }) {
  return chat.waiting > 0 && <b>{t("clear.waiting", { count: chat.waiting })}</b>;
}
