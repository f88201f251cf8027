/**
 * Adds a contact: one's own code to be scanned, somebody's link or picture, or id and key. Opened from
 * the chat list, with the fields filled in from the people online, or by a link from the system.
 */
import { useState } from "react";
import { Button } from "~/components/Button";
import { Dialog } from "~/components/Dialog";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId } from "~/ipc/bindings";
import { AddBody, type AddFlow, type AddStart, useAddFlow } from "~/parts/addFlow";
import { OwnCode } from "~/parts/OwnCode";
import { useProfile } from "~/state/selectors";
import styles from "./AddContactDialog.module.css";
import { ContactCard } from "./ContactCard";
import { Invites } from "./Invites";

export interface AddContactDialogProps extends AddStart {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onOpenChat: (chat: ChatId) => void;
}

export function AddContactDialog(props: AddContactDialogProps) {
  const [round, setRound] = useState(0);
  const [was, setWas] = useState(props);
  // Each opening, and each link from outside, is a fresh form; the words stay while the dialog fades
  // out.
  const other = props.opened !== was.opened || props.refused !== was.refused;
  if (props.open !== was.open || (props.open && other)) {
    setWas(props);
    if (props.open) setRound(round + 1);
  }
  return <OneRound key={round} {...props} onAgain={() => setRound(round + 1)} />;
}

function OneRound(props: AddContactDialogProps & { onAgain: () => void }) {
  const { open, onClose, onOpenChat, prefill, opened, refused } = props;
  const flow = useAddFlow({ prefill, opened, refused });
  const { step } = flow;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={560}
      title={<Title flow={flow} />}
      description={step.kind === "confirm" ? t("link.ask.text") : undefined}
      initialFocus={flow.first}
      testid="add-contact-dialog"
      footer={<Footer {...props} flow={flow} />}
    >
      <AddBody
        flow={flow}
        onOpenChat={onOpenChat}
        underCode={
          <>
            <Invites />
            <ContactCard />
          </>
        }
        underKey={<Own />}
      />
    </Dialog>
  );
}

function Title({ flow: { step } }: { flow: AddFlow }) {
  switch (step.kind) {
    case "done":
      return <T id="add.result.title" values={{ name: step.chat.contact.name }} />;
    case "confirm":
      return t("link.ask");
    case "code":
    case "link":
    case "key":
      return t("add.title");
  }
}

type FooterProps = AddContactDialogProps & { flow: AddFlow; onAgain: () => void };

function Footer({ flow, opened, onClose, onOpenChat, onAgain }: FooterProps) {
  const { step, link, formId, busy } = flow;
  switch (step.kind) {
    case "done":
      return (
        <>
          <Button onClick={onAgain} data-testid="add-contact-another">
            {t("add.another")}
          </Button>
          <Button
            variant="primary"
            // The form, which had the focus, is gone.
            autoFocus
            onClick={() => onOpenChat(step.chat.id)}
            data-testid="add-contact-open"
          >
            {t("add.open_chat")}
          </Button>
        </>
      );
    case "confirm":
      return (
        <>
          <Button
            // A link from the system leaves nothing behind it to go back to.
            onClick={opened === undefined ? link.back : onClose}
            data-testid="link-cancel"
          >
            {t("add.cancel")}
          </Button>
          {step.known ? (
            <OpenKnown id={step.known.id} onOpenChat={onOpenChat} />
          ) : (
            <Submit form={formId} busy={busy} label={t("add.submit")} testid="link-add" />
          )}
        </>
      );
    case "code":
      return <Button onClick={onClose}>{t("common.close")}</Button>;
    case "link":
      return (
        <>
          <Button onClick={onClose}>{t("add.cancel")}</Button>
          <Submit form={formId} busy={busy} label={t("link.continue")} testid="link-continue" />
        </>
      );
    case "key":
      return (
        <>
          <Button onClick={onClose}>{t("add.cancel")}</Button>
          <Submit form={formId} busy={busy} label={t("add.submit")} testid="add-contact-submit" />
        </>
      );
  }
}

function OpenKnown({ id, onOpenChat }: { id: ChatId; onOpenChat: (chat: ChatId) => void }) {
  return (
    <Button
      variant="primary"
      // The field that led here is gone.
      autoFocus
      onClick={() => onOpenChat(id)}
      data-testid="link-open-known"
    >
      {t("add.open_chat")}
    </Button>
  );
}

function Submit(props: { form: string; busy: boolean; label: string; testid: string }) {
  return (
    <Button
      type="submit"
      form={props.form}
      variant="primary"
      busy={props.busy}
      data-testid={props.testid}
    >
      {props.label}
    </Button>
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
