/**
 * What happened, or lies ready, while a contact is being added: that somebody used the code that is
 * on another tab, or a link on the clipboard. It stands among the buttons at the end, where there is
 * room for it: nothing moves when it comes.
 */
import { CircleCheck, ClipboardPaste, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "~/components/Button";
import { IconButton } from "~/components/IconButton";
import { useFocusKept } from "~/components/useFocusKept";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, ChatView } from "~/ipc/bindings";
import { chatName } from "~/state/chatKind";
import { useChat } from "~/state/selectors";
import styles from "./AddNews.module.css";
import type { AddFlow } from "./addFlow";

export interface AddNewsProps {
  readonly flow: AddFlow;
  readonly onOpenChat: (chat: ChatId) => void;
}

export function AddNews({ flow, onOpenChat }: AddNewsProps) {
  const { step, own, clip } = flow;
  const kept = useFocusKept<HTMLDivElement>();
  const state = own.shown?.invite.state;
  const user = useChat(state?.kind === "used" ? state.chat : null);
  const choosing = step.kind !== "confirm" && step.kind !== "done";
  return (
    <div {...kept} role="status" className={styles.news}>
      {state?.kind === "used" && step.kind !== "code" ? (
        <Used by={user} onOpenChat={choosing ? onOpenChat : null} />
      ) : (
        choosing && clip.link !== null && <Offer {...clip} busy={flow.busy} />
      )}
    </div>
  );
}

interface UsedProps {
  readonly by: ChatView | null;
  /** Null while something else has to be decided first. */
  readonly onOpenChat: ((chat: ChatId) => void) | null;
}

function Used({ by, onOpenChat }: UsedProps) {
  return (
    <>
      <CircleCheck size={16} strokeWidth={1.8} aria-hidden />
      <Words testid="code-was-used">
        {by ? <T id="invite.usedBy" values={{ name: chatName(by) }} /> : t("invite.usedBySomebody")}
      </Words>
      {by && onOpenChat && (
        <Button
          size="small"
          variant="ghost"
          onClick={() => onOpenChat(by.id)}
          data-testid="code-user-open"
        >
          {t("add.open_chat")}
        </Button>
      )}
    </>
  );
}

type OfferProps = AddFlow["clip"] & { readonly busy: boolean };

function Offer({ use, dismiss, busy }: OfferProps) {
  return (
    <>
      <ClipboardPaste size={16} strokeWidth={1.8} aria-hidden />
      <Words testid="clip-offer">{t("add.clip")}</Words>
      <Button
        size="small"
        variant="outline"
        held={busy}
        onClick={use}
        aria-label={t("add.clip.use")}
        data-testid="clip-offer-use"
      >
        {t("add.paste.use")}
      </Button>
      <IconButton
        size="small"
        icon={X}
        label={t("add.clip.no")}
        onClick={dismiss}
        data-testid="clip-offer-no"
      />
    </>
  );
}

function Words({ testid, children }: { testid: string; children: ReactNode }) {
  return (
    <span className={styles.words} data-testid={testid}>
      {children}
    </span>
  );
}
