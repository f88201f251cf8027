/**
 * The small dialogs about one contact: rename, block, delete, clear. Each is open while it has a
 * chat; the menus of the chat list, the header and the details use them.
 */
import { type ReactNode, useId, useRef, useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { Dialog } from "~/components/Dialog";
import { Fault } from "~/components/Fault";
import { TextField } from "~/components/TextField";
import { errorSentence } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { type MessageKey, t } from "~/i18n/t";
import type { ChatView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useAction } from "~/state/useAction";
import { useKept } from "~/state/useKept";

export interface ContactDialogProps {
  /** The chat in question; null closes the dialog. */
  readonly chat: ChatView | null;
  readonly onClose: () => void;
}

export function RenameDialog({ chat, onClose }: ContactDialogProps) {
  const shown = useKept(chat);
  return shown && <Rename key={shown.id} chat={shown} open={chat !== null} onClose={onClose} />;
}

function Rename({ chat, open, onClose }: { chat: ChatView; open: boolean; onClose: () => void }) {
  const { contact } = chat;
  const formId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(contact.name);
  const [wasOpen, setWasOpen] = useState(open);
  const { busy, failed, run } = useAction();
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setName(contact.name);
  }
  const save = async (): Promise<void> => {
    if (await run(() => ipc.renameContact(chat.id, name.trim()))) onClose();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={<T id="rename.title" values={{ name: contact.name }} />}
      initialFocus={field}
      testid="rename-dialog"
      footer={
        <>
          <Button onClick={onClose}>{t("add.cancel")}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={busy}
            data-testid="rename-save"
          >
            {t("rename.save")}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          ref={field}
          label={t("rename.label")}
          hint={<T id="rename.hint" values={{ id: contact.userId }} />}
          value={name}
          maxLength={128}
          error={failed && errorSentence(failed)}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.currentTarget.value)}
          data-testid="rename-field"
        />
      </form>
    </Dialog>
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
      title={<T id={title} values={{ name: shown.contact.name }} />}
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
      onAction={(chat) => ipc.blockContact(chat.id, true)}
    >
      {(chat) => <T id="block.text" values={{ name: chat.contact.name }} />}
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
      onAction={(chat) => ipc.deleteContact(chat.id)}
    >
      {(chat) => (
        <>
          <T id="delete_contact.text" values={{ name: chat.contact.name }} />{" "}
          <Waiting chat={chat} />
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
          <T id="clear.text" values={{ name: chat.contact.name }} /> <Waiting chat={chat} />
        </>
      )}
    </Question>
  );
}

/** Says that what waits to be sent goes too. */
function Waiting({ chat }: { chat: ChatView }) {
  return chat.waiting > 0 && <b>{t("clear.waiting", { count: chat.waiting })}</b>;
}
