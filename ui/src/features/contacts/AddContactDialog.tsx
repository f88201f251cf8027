/**
 * Adds a contact: one's own code to be scanned, somebody's link or picture, or id and key. Opened from
 * the chat list, with the fields filled in from the people online, or by what came from outside.
 */

import { useState } from "react";
import { Button } from "~/components/Button";
import { Dialog } from "~/components/Dialog";
import { useOpenDialogs } from "~/components/openDialogs";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId } from "~/ipc/bindings";
import { AddNews } from "~/parts/AddNews";
import { AddBody, type AddFlow, type AddStart, useAddFlow } from "~/parts/addFlow";
import { OwnCode } from "~/parts/OwnCode";
import { chatName } from "~/state/chatKind";
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
  const [was, setWas] = useState(props.open);
  // Each opening is a fresh form; the words stay while the dialog fades out.
  if (props.open !== was) {
    setWas(props.open);
    if (props.open) setRound(round + 1);
  }
  return <OneRound key={round} {...props} onAgain={() => setRound(round + 1)} />;
}

function OneRound(props: AddContactDialogProps & { onAgain: () => void }) {
  const { open, onClose, onOpenChat, prefill, outside } = props;
  // Questions about one's invites stand before it.
  const alone = useOpenDialogs((count) => count === 1);
  const flow = useAddFlow({ prefill, outside }, open && alone);
  const { step } = flow;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={560}
      title={<Title flow={flow} />}
      description={step.kind === "confirm" ? t("link.ask.text") : undefined}
      initialFocus={outside ? "itself" : flow.first}
      testid="add-contact-dialog"
      footer={
        <>
          <AddNews flow={flow} onOpenChat={onOpenChat} />
          <Footer {...props} flow={flow} />
        </>
      }
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
      return <T id="add.result.title" values={{ name: chatName(step.chat) }} />;
    case "confirm":
      return t("link.ask");
    case "code":
    case "scan":
    case "link":
    case "key":
      return t("add.title");
  }
}

type FooterProps = AddContactDialogProps & { flow: AddFlow; onAgain: () => void };

function Footer({ flow, outside, onClose, onOpenChat, onAgain }: FooterProps) {
  const { step, formId, busy, held } = flow;
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
            // There is nothing to go back to where the link came first.
            onClick={outside && step.found.outside ? onClose : flow.back}
            data-testid="link-cancel"
          >
            {t("add.cancel")}
          </Button>
          {step.known ? (
            <OpenKnown id={step.known.id} held={held} onOpenChat={onOpenChat} />
          ) : (
            <Submit
              form={formId}
              busy={busy}
              held={held}
              label={t("add.submit")}
              testid="link-add"
            />
          )}
        </>
      );
    case "code":
    case "scan":
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

interface OpenKnownProps {
  readonly id: ChatId;
  readonly held: boolean;
  readonly onOpenChat: (chat: ChatId) => void;
}

function OpenKnown({ id, held, onOpenChat }: OpenKnownProps) {
  return (
    <Button
      variant="primary"
      held={held}
      onClick={() => onOpenChat(id)}
      data-testid="link-open-known"
    >
      {t("add.open_chat")}
    </Button>
  );
}

interface SubmitProps {
  readonly form: string;
  readonly busy: boolean;
  readonly held?: boolean;
  readonly label: string;
  readonly testid: string;
}

function Submit(props: SubmitProps) {
  return (
    <Button
      type="submit"
      form={props.form}
      variant="primary"
      busy={props.busy}
      held={props.held}
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
