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
import type { ChatId, ChatView, ContactView, Inviter } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { reread } from "~/state/store";
import { useAction } from "~/state/useAction";

const usePutOff = create<{ readonly chats: ReadonlySet<ChatId> }>(() => ({ chats: new Set() }));

function putOff(chat: ChatId, off: boolean): void {
  const chats = new Set(usePutOff.getState().chats);
  if (off) chats.add(chat);
  else chats.delete(chat);
  usePutOff.setState({ chats });
}

/** Whether the person said "Not now". */
export const useIsPutOff = (chat: ChatId): boolean => usePutOff(({ chats }) => chats.has(chat));

export const askAgain = (chat: ChatId): void => putOff(chat, false);

/** Who made the invite by which this contact came, if which way it went is an open question. */
export const questionOf = ({ trust }: ContactView): Inviter | null =>
  trust.kind === "by_link" ? trust.inviter : null;

/** Sets or removes the mark; says in passing why it could not. */
export async function mark(chat: ChatId, verified: boolean): Promise<boolean> {
  try {
    await ipc.affirm(chat, verified);
    return true;
  } catch (error) {
    const code = codeOf(error);
    showToast({ text: t("affirm.failed", { reason: errorSentence(code) }), tone: "danger" });
    if (code === "nothing_to_verify") reread();
    return false;
  }
}

export function AffirmWords({ name, inviter }: { name: string; inviter: Inviter }) {
  switch (inviter) {
    case "them":
      return <T id="affirm.them" values={{ name }} />;
    case "me":
      return <T id="affirm.me" values={{ name }} />;
  }
}

export interface AffirmActionsProps {
  readonly chat: ChatView;
  /** The buttons are gone: the focus has to go somewhere. */
  readonly onDone: () => void;
}

export function AffirmActions({ chat: { id }, onDone }: AffirmActionsProps) {
  const { busy, run } = useAction();
  const affirm = async (): Promise<void> => {
    let marked = false;
    await run(async () => {
      marked = await mark(id, true);
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
        data-testid="affirm-later"
      >
        {t("affirm.later")}
      </Button>
      <Button
        size="small"
        variant="outline"
        busy={busy}
        onClick={() => void affirm()}
        data-testid="affirm-yes"
      >
        {t("affirm.yes")}
      </Button>
    </>
  );
}
