/**
 * Adds a contact by id and key: the form, then who was added. Opened from the chat list and, with
 * the fields filled in, from the people online.
 */
import { useId, useRef, useState } from "react";
import { Button } from "~/components/Button";
import { Dialog } from "~/components/Dialog";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId } from "~/ipc/bindings";
import { AddedContact } from "~/parts/AddedContact";
import { ContactFields } from "~/parts/ContactFields";
import { type Prefill, useContactForm } from "~/parts/contactForm";
import { OwnCode } from "~/parts/OwnCode";
import { useChat, useProfile } from "~/state/selectors";
import styles from "./AddContactDialog.module.css";

export interface AddContactDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onOpenChat: (chat: ChatId) => void;
  readonly prefill?: Prefill | undefined;
}

export function AddContactDialog(props: AddContactDialogProps) {
  const [round, setRound] = useState(0);
  const [wasOpen, setWasOpen] = useState(props.open);
  // Each opening is a fresh form; the words stay while the dialog fades out.
  if (props.open !== wasOpen) {
    setWasOpen(props.open);
    if (props.open) setRound(round + 1);
  }
  return <OneRound key={round} {...props} onAgain={() => setRound(round + 1)} />;
}

function OneRound(props: AddContactDialogProps & { onAgain: () => void }) {
  const { open, onClose, onOpenChat, prefill, onAgain } = props;
  const form = useContactForm(prefill);
  const formId = useId();
  const first = useRef<HTMLInputElement>(null);
  const [added, setAdded] = useState<ChatId | null>(null);
  const chat = useChat(added);

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={560}
      title={
        chat ? <T id="add.result.title" values={{ name: chat.contact.name }} /> : t("add.title")
      }
      description={chat ? undefined : t("add.text")}
      initialFocus={first}
      testid="add-contact-dialog"
      footer={
        chat ? (
          <>
            <Button onClick={onAgain} data-testid="add-contact-another">
              {t("add.another")}
            </Button>
            <Button
              variant="primary"
              // The form, which had the focus, is gone.
              autoFocus
              onClick={() => onOpenChat(chat.id)}
              data-testid="add-contact-open"
            >
              {t("add.open_chat")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t("add.cancel")}</Button>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              busy={form.busy}
              data-testid="add-contact-submit"
            >
              {t("add.submit")}
            </Button>
          </>
        )
      }
    >
      {chat ? (
        <AddedContact contact={chat.contact} />
      ) : (
        <div className={styles.form}>
          <ContactFields
            form={form}
            formId={formId}
            firstField={first}
            onSubmit={() => void form.submit().then(setAdded)}
          />
          <Own />
        </div>
      )}
    </Dialog>
  );
}

/** One's own id and key behind a disclosure: the other person needs them too. */
function Own() {
  const profile = useProfile();
  if (!profile) return null;
  return (
    <details className={styles.own}>
      <summary data-testid="add-contact-own">{t("add.show_own")}</summary>
      <OwnCode profile={profile} />
    </details>
  );
}
