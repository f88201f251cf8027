/** The person's invites, with what became of each; those that can still be used can be taken back. */

import { useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { Fault } from "~/components/Fault";
import { useDay } from "~/components/useDay";
import { errorSentence } from "~/i18n/errors";
import { duration, listTime } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, InviteId, InviteView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { chatName } from "~/state/chatKind";
import { useChat, useInvites } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { useNow } from "~/state/useNow";
import styles from "./Invites.module.css";

export function Invites() {
  const invites = useInvites();
  const [asked, setAsked] = useState<InviteId | null>(null);
  const { failed, run, clear } = useAction();
  return (
    <details className={styles.invites}>
      <summary data-testid="invites">{t("invites.title", { count: invites.length })}</summary>
      {invites.length === 0 && <p className="dim">{t("invites.none")}</p>}
      <ul>
        {invites.map((invite) => (
          <Row key={invite.id} invite={invite} onRevoke={setAsked} />
        ))}
      </ul>
      <AlertDialog
        open={asked !== null}
        onOpenChange={(open) => {
          if (open) return;
          clear();
          setAsked(null);
        }}
        title={t("invites.revokeTitle")}
        action={t("invites.revoke")}
        danger
        testid="revoke-dialog"
        onAction={async () => {
          const done = await run(async () => {
            if (asked !== null) await ipc.revokeInvite(asked);
          });
          // Another may be asked about by then.
          if (done) setAsked((now) => (now === asked ? null : now));
        }}
      >
        {t("invites.revokeText")}
        <Fault words={failed && errorSentence(failed)} />
      </AlertDialog>
    </details>
  );
}

interface RowProps {
  readonly invite: InviteView;
  readonly onRevoke: (invite: InviteId) => void;
}

function Row({ invite, onRevoke }: RowProps) {
  const today = useDay();
  const now = useNow(60_000);
  const over = invite.expiresAt <= now;
  const open = invite.state.kind === "open" && !over;
  const made = listTime(invite.createdAt, today);
  return (
    <li className={styles.row} data-testid="invite-row" data-state={invite.state.kind}>
      <div className={styles.words}>
        <span>
          <StateWords invite={invite} over={over} />
        </span>
        <span className={styles.note}>
          {t("invites.made", { time: made })}
          {open && ` · ${t("invites.left", { time: duration(invite.expiresAt - now) })}`}
          {invite.shared && ` · ${t("invites.shared")}`}
        </span>
      </div>
      {open && (
        <Button
          size="small"
          variant="danger"
          aria-label={t("invites.revokeThis", { time: made })}
          onClick={() => onRevoke(invite.id)}
          data-testid="invite-revoke"
        >
          {t("invites.revoke")}
        </Button>
      )}
    </li>
  );
}

function StateWords({ invite: { state }, over }: { invite: InviteView; over: boolean }) {
  switch (state.kind) {
    case "open":
      return t(over ? "invites.expired" : "invites.open");
    case "used":
      return <UsedBy chat={state.chat} />;
    case "revoked":
      return t("invites.revoked");
    case "expired":
      return t("invites.expired");
  }
}

function UsedBy({ chat }: { chat: ChatId | null }) {
  const found = useChat(chat);
  if (!found) return t("invites.usedByNobody");
  return <T id="invites.usedBy" values={{ name: chatName(found) }} />;
}
