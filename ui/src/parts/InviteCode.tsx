/** One's own invite as a code on the screen, with its link to copy and its picture to save. */

import { CircleAlert, CircleCheck, Copy, ImageDown, Monitor, RotateCw } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { LearnMore } from "~/components/LearnMore";
import { Progress } from "~/components/Progress";
import { showToast } from "~/components/Toast";
import { useFocusKept } from "~/components/useFocusKept";
import { errorSentence } from "~/i18n/errors";
import { duration } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, InviteView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { chatName } from "~/state/chatKind";
import { isOnlyHere } from "~/state/relayPlace";
import { useChat, useRelays } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { useNow } from "~/state/useNow";
import { copyLate } from "./clipboard";
import styles from "./InviteCode.module.css";
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
  return (
    <div {...kept} role="group" aria-label={t("add.way.code")} className={styles.invite}>
      <div aria-live="polite" className={styles.news}>
        {making.failed && (
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
        )}
        {shown && <Outcome invite={shown.invite} onOpenChat={onOpenChat} />}
      </div>
      {making.busy && !shown && (
        <div className={styles.code}>
          <div className={styles.blank} />
          <div className={styles.words}>
            <Progress label={t("invite.making")} />
          </div>
        </div>
      )}
      {shown && isOpen(shown.invite) && <Code shown={shown} making={making.busy} onNew={makeNew} />}
      {shown && !isOpen(shown.invite) && (
        <div>
          <Button icon={RotateCw} busy={making.busy} onClick={makeNew} data-testid="invite-new">
            {t("invite.another")}
          </Button>
        </div>
      )}
    </div>
  );
}

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
              <Button
                size="small"
                onClick={() => onOpenChat(chat.id)}
                data-testid="invite-open-chat"
              >
                {t("add.open_chat")}
              </Button>
            )
          }
        />
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
      <QrCode code={code} label={t("invite.code")} testid="invite-code" />
      <div className={styles.words}>
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
        <p className="dim" aria-live="polite" data-testid="invite-proof">
          {t(invite.shared ? "invite.shared" : "invite.screenOnly")}
        </p>
        <Giving invite={invite} onlyHere={onlyHere} />
      </div>
    </div>
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
