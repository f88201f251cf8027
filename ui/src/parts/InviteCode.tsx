/** One's own invite as a code on the screen, with its link to copy and its picture to save. */

import { CircleAlert, CircleCheck, Copy, ImageDown, Monitor, RotateCw } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { cx } from "~/components/cx";
import { LearnMore } from "~/components/LearnMore";
import { Progress } from "~/components/Progress";
import { Roomy } from "~/components/Roomy";
import { showToast } from "~/components/Toast";
import { useFocusKept } from "~/components/useFocusKept";
import { errorSentence } from "~/i18n/errors";
import { duration } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, ChatView, InviteView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { chatName, contactOf } from "~/state/chatKind";
import { isOnlyHere } from "~/state/relayPlace";
import { useChat, useRelays } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { useNow } from "~/state/useNow";
import { copyLate } from "./clipboard";
import styles from "./InviteCode.module.css";
import { markVerified } from "./markVerified";
import { QrCode } from "./QrCode";
import type { OwnInvite, ShownInvite } from "./useInvite";

export interface InviteCodeProps {
  readonly own: OwnInvite;
  readonly onOpenChat: (chat: ChatId) => void;
}

export function InviteCode({ own, onOpenChat }: InviteCodeProps) {
  const { shown, making, makeNew } = own;
  // The code goes when somebody scans it, and its buttons with it, whoever is at them.
  const kept = useFocusKept<HTMLDivElement>();
  const open = shown !== null && isOpen(shown.invite);
  const failed = making.failed && (
    <Card
      tone="danger"
      icon={CircleAlert}
      title={errorSentence(making.failed)}
      testid="invite-failed"
      actions={
        <Button size="small" onClick={makeNew}>
          {t("common.tryAgain")}
        </Button>
      }
    />
  );
  return (
    <div {...kept} role="group" aria-label={t("add.way.code")} className={styles.invite}>
      <div aria-live="polite" className={styles.news}>
        {open && failed}
      </div>
      {/* What comes before the code and after it stands in its place: nothing around it moves. */}
      <div className={styles.place}>
        <div aria-live="polite" className={styles.news}>
          {!open && failed}
          {shown && <Outcome invite={shown.invite} onOpenChat={onOpenChat} />}
          {shown && !open && (
            <div>
              <Button icon={RotateCw} busy={making.busy} onClick={makeNew} data-testid="invite-new">
                {t("invite.another")}
              </Button>
            </div>
          )}
        </div>
        {open ? (
          <Code shown={shown} making={making.busy} onNew={makeNew} />
        ) : (
          <CodeToCome making={making.busy && shown === null} />
        )}
      </div>
    </div>
  );
}

/** Whether the use of the code made a mark. */
const isVerified = (chat: ChatView): boolean => contactOf(chat).trust.kind === "verified";

const isOpen = ({ state }: InviteView): boolean => state.kind === "open";

/** What became of the invite while it was on screen. */
function Outcome({
  invite,
  onOpenChat,
}: { invite: InviteView } & Pick<InviteCodeProps, "onOpenChat">) {
  const user = invite.state.kind === "used" ? invite.state.chat : null;
  const chat = useChat(user);
  switch (invite.state.kind) {
    case "open":
      return null;
    case "revoked":
      return <Card icon={CircleAlert} title={t("invite.revoked")} testid="invite-over" />;
    case "expired":
      return <Card icon={CircleAlert} title={t("invite.expired")} testid="invite-over" />;
    case "used":
      return (
        <Card
          tone="ok"
          icon={CircleCheck}
          title={
            chat ? (
              <T id="invite.usedBy" values={{ name: chatName(chat) }} />
            ) : (
              t("invite.usedBySomebody")
            )
          }
          testid="invite-used"
          actions={
            chat && (
              <>
                {isVerified(chat) && (
                  <Button
                    size="small"
                    onClick={() => void markVerified(contactOf(chat).id, false)}
                    data-testid="invite-undo"
                  >
                    {t("invite.undo")}
                  </Button>
                )}
                <Button
                  size="small"
                  onClick={() => onOpenChat(chat.id)}
                  data-testid="invite-open-chat"
                >
                  {t("add.open_chat")}
                </Button>
              </>
            )
          }
        >
          {chat && isVerified(chat) && <T id="invite.usedLook" values={{ name: chatName(chat) }} />}
        </Card>
      );
  }
}

interface CodeProps {
  readonly shown: ShownInvite;
  readonly making: boolean;
  readonly onNew: () => void;
}

/** Whether nobody on another computer could come by an invite that is made now. */
function useOnlyHere(): boolean {
  const relays = useRelays();
  return relays.length > 0 && relays.every(({ url }) => isOnlyHere(url));
}

function Code({ shown: { invite, code }, making, onNew }: CodeProps) {
  const now = useNow(60_000);
  const onlyHere = useOnlyHere();
  return (
    <div className={styles.code}>
      <div className={styles.picture}>
        <QrCode code={code} label={t("invite.code")} testid="invite-code" />
      </div>
      <div className={styles.words}>
        <HowTo onlyHere={onlyHere} />
        <p className="dim">
          {t("invite.holds", { time: duration(invite.expiresAt - now) })}{" "}
          <button
            type="button"
            className={styles.link}
            aria-disabled={making || undefined}
            onClick={onNew}
            data-testid="invite-new"
          >
            {t("invite.new")}
          </button>
        </p>
        <Proof shared={invite.shared} />
        <Giving invite={invite} onlyHere={onlyHere} />
      </div>
    </div>
  );
}

/** For how long an invite holds unless somebody chose another time, ms. */
const USUAL_MS = 24 * 60 * 60 * 1000;

/** The room that the code takes: while it is made, with what can be said before it is there. */
function CodeToCome({ making }: { making: boolean }) {
  const onlyHere = useOnlyHere();
  return (
    <div className={cx(styles.code, !making && styles.unseen)}>
      <div className={styles.picture}>{making && <Progress label={t("invite.making")} />}</div>
      <div className={styles.words}>
        <HowTo onlyHere={onlyHere} />
        <div className={cx(styles.words, styles.unseen)} aria-hidden>
          <p>
            {t("invite.holds", { time: duration(USUAL_MS) })} {t("invite.new")}
          </p>
          <Roomy room={t("invite.shared")}>{t("invite.screenOnly")}</Roomy>
          <div className={styles.actions}>
            <Button size="small" icon={Copy}>
              {t("invite.copy")}
            </Button>
            <Button size="small" icon={ImageDown}>
              {t("invite.save")}
            </Button>
          </div>
          <p className={styles.fault} />
        </div>
      </div>
    </div>
  );
}

/** What to do with the code, and whom it cannot reach. */
function HowTo({ onlyHere }: { onlyHere: boolean }) {
  return (
    <>
      {onlyHere && (
        <Card tone="warn" icon={Monitor} title={t("invite.here.title")} testid="invite-only-here">
          <p>{t("invite.here.text")}</p>
          <LearnMore about={t("settings.relays.add")}>
            <p>{t("relay.what")}</p>
            <p>{t("relay.get")}</p>
          </LearnMore>
        </Card>
      )}
      <p>{t(onlyHere ? "invite.how.here" : "invite.how")}</p>
    </>
  );
}

/** What the invite proves. */
function Proof({ shared }: { shared: boolean }) {
  const [onScreen, given] = [t("invite.screenOnly"), t("invite.shared")];
  return (
    <Roomy
      className="dim"
      room={shared ? onScreen : given}
      aria-live="polite"
      data-testid="invite-proof"
    >
      {shared ? given : onScreen}
    </Roomy>
  );
}

/** Ways in which the invite leaves the program. */
function Giving({ invite: { id }, onlyHere }: { invite: InviteView; onlyHere: boolean }) {
  const [refused, setRefused] = useState(false);
  const [asked, setAsked] = useState<"copy" | "save" | null>(null);
  const copying = useAction();
  const saving = useAction();
  const failed = copying.failed ?? saving.failed;

  const copy = (): Promise<unknown> =>
    copying.run(async () => {
      setRefused(false);
      const link = await ipc.shareInvite(id);
      try {
        await copyLate(link);
        showToast({ text: t("invite.copied") });
      } catch {
        setRefused(true);
      }
    });
  const save = (): Promise<unknown> =>
    saving.run(async () => {
      if (await ipc.saveInvite(id)) showToast({ text: t("invite.saved") });
    });
  return (
    <>
      <div className={styles.actions}>
        <Button
          size="small"
          icon={Copy}
          busy={copying.busy}
          onClick={() => (onlyHere ? setAsked("copy") : void copy())}
          data-testid="invite-copy"
        >
          {t("invite.copy")}
        </Button>
        <Button
          size="small"
          icon={ImageDown}
          busy={saving.busy}
          onClick={() => (onlyHere ? setAsked("save") : void save())}
          data-testid="invite-save"
        >
          {t("invite.save")}
        </Button>
      </div>
      <p role="alert" className={styles.fault}>
        {failed ? errorSentence(failed) : refused && t("copy.failed")}
      </p>
      <AlertDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={t("invite.here.ask")}
        action={t(asked === "save" ? "invite.here.save" : "invite.here.copy")}
        onAction={() => {
          setAsked(null);
          void (asked === "save" ? save() : copy());
        }}
        testid="invite-only-here-dialog"
      >
        {t("invite.here.askText")}
      </AlertDialog>
    </>
  );
}
