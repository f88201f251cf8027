/**
 * The question which way an invite's link went, asked of both sides: in the chat and in the details.
 * "Not now" holds until the program ends; the details then still offer it.
 */
import { create } from "zustand";
import { Button } from "~/components/Button";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactId, ContactView, Inviter } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { reread } from "~/state/store";
import { useAction } from "~/state/useAction";

const usePutOff = create<{ readonly contacts: ReadonlySet<ContactId> }>(() => ({
  contacts: new Set(),
}));

function putOff(contact: ContactId, off: boolean): void {
  const contacts = new Set(usePutOff.getState().contacts);
  if (off) contacts.add(contact);
  else contacts.delete(contact);
  usePutOff.setState({ contacts });
}

/** Whether the person said "Not now". */
export const useIsPutOff = (contact: ContactId): boolean =>
  usePutOff(({ contacts }) => contacts.has(contact));

export const askAgain = (contact: ContactId): void => putOff(contact, false);

/** Who made the invite by which this contact came, if which way it went is an open question. */
export const questionOf = ({ trust }: ContactView): Inviter | null =>
  trust.kind === "by_link" ? trust.inviter : null;

/** Sets or removes the mark; says in passing why it could not. */
export async function markVerified(contact: ContactId, verified: boolean): Promise<boolean> {
  try {
    await ipc.markVerified(contact, verified);
    return true;
  } catch (error) {
    const code = codeOf(error);
    showToast({ text: t("mark.failed", { reason: errorSentence(code) }), tone: "danger" });
    if (code === "nothing_to_verify") reread();
    return false;
  }
}

export function MarkQuestion({ name, inviter }: { name: string; inviter: Inviter }) {
  switch (inviter) {
    case "them":
      return <T id="mark.them" values={{ name }} />;
    case "me":
      return <T id="mark.me" values={{ name }} />;
  }
}

export interface MarkActionsProps {
  readonly contact: ContactView;
  /** The buttons are gone: the focus has to go somewhere. */
  readonly onDone: () => void;
}

export function MarkActions({ contact: { id }, onDone }: MarkActionsProps) {
  const { busy, run } = useAction();
  const mark = async (): Promise<void> => {
    let marked = false;
    await run(async () => {
      marked = await markVerified(id, true);
    });
    if (marked) onDone();
  };
  return (
    <>
      <Button
        size="small"
        onClick={() => {
          putOff(id, true);
          onDone();
        }}
        data-testid="mark-later"
      >
        {t("mark.later")}
      </Button>
      <Button
        size="small"
        variant="outline"
        busy={busy}
        onClick={() => void mark()}
        data-testid="mark-yes"
      >
        {t("mark.yes")}
      </Button>
    </>
  );
}
