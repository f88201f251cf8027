import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Banner } from "~/components/Banner";
import { Button } from "~/components/Button";
import { CopyField } from "~/components/CopyField";
import { Dialog } from "~/components/Dialog";
import { showToast } from "~/components/Toast";
import { useDay } from "~/components/useDay";
import { errorWords } from "~/i18n/errors";
import { dayMonth } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, ContactView, KeyChangeView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import styles from "./KeyBanner.module.css";

export interface KeyBannerProps {
  chat: ChatId;
  contact: ContactView;
  change: KeyChangeView;
}

/** Somebody uses the contact's name with another key: said loudly until the person decides. */
export function KeyBanner({ chat, contact, change }: KeyBannerProps) {
  const [asking, setAsking] = useState<"compare" | "accept" | null>(null);
  const now = useDay();
  const decide = async (accept: boolean) => {
    try {
      await ipc.decideKey(chat, accept);
      setAsking(null);
    } catch (error) {
      showToast({ text: errorWords(codeOf(error)).title, tone: "danger" });
    }
  };
  return (
    <>
      <Banner
        tone="danger"
        icon={ShieldAlert}
        testid="key-banner"
        actions={
          <>
            <Button size="small" onClick={() => setAsking("compare")} data-testid="key-compare">
              {t("key.compare")}
            </Button>
            <Button size="small" onClick={() => void decide(false)} data-testid="key-ignore">
              {t("key.ignore")}
            </Button>
            <Button
              size="small"
              variant="danger"
              onClick={() => setAsking("accept")}
              data-testid="key-accept"
            >
              {t("key.accept")}
            </Button>
          </>
        }
      >
        <b>
          <T id="key.title" values={{ name: contact.name, date: dayMonth(change.seenAt, now) }} />
        </b>{" "}
        {t("key.ask")} {t("key.held", { count: change.held })}
      </Banner>
      <Dialog
        open={asking === "compare"}
        onOpenChange={(open) => setAsking(open ? "compare" : null)}
        title={t("key.compareTitle")}
        description={t("key.text")}
        width={560}
      >
        <Fingerprints contact={contact} change={change} />
      </Dialog>
      <AlertDialog
        open={asking === "accept"}
        onOpenChange={(open) => setAsking(open ? "accept" : null)}
        title={<T id="key.askTitle" values={{ name: contact.name }} />}
        action={t("key.accept")}
        onAction={() => decide(true)}
        danger
      >
        <div className={styles.keys}>
          <p>{t("key.askText")}</p>
          <Fingerprints contact={contact} change={change} />
        </div>
      </AlertDialog>
    </>
  );
}

function Fingerprints({ contact, change }: { contact: ContactView; change: KeyChangeView }) {
  return (
    <div className={styles.keys}>
      <CopyField label={t("key.old")} value={contact.fingerprint} grouped={4} />
      <CopyField label={t("key.new")} value={change.fingerprint} grouped={4} />
    </div>
  );
}
