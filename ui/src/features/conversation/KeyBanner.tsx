/**
 * Somebody uses the contact's name with another key: said loudly until the person decides. The
 * decision names the key that the person saw; if yet another one came meanwhile, it is refused.
 */
import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Banner } from "~/components/Banner";
import { Button } from "~/components/Button";
import { CopyField } from "~/components/CopyField";
import { Dialog } from "~/components/Dialog";
import { shortName } from "~/components/names";
import { showToast } from "~/components/Toast";
import { useDay } from "~/components/useDay";
import { errorSentence } from "~/i18n/errors";
import { dayMonth } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactView, KeyChangeView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { reread } from "~/state/store";
import styles from "./KeyBanner.module.css";

export interface KeyBannerProps {
  contact: ContactView;
  change: KeyChangeView;
}

/** Whether nothing may be written before the person has decided. */
export const mustDecide = ({ keyChange, trust }: ContactView): boolean =>
  keyChange !== null && trust.kind === "verified";

export function KeyBanner(props: KeyBannerProps) {
  const { contact, change } = props;
  const [compared, setCompared] = useState<KeyChangeView | null>(null);
  const now = useDay();
  const verified = mustDecide(contact);
  const values = { name: contact.name, date: dayMonth(change.seenAt, now) };
  return (
    <>
      <Banner
        tone="danger"
        icon={ShieldAlert}
        testid="key-banner"
        actions={
          <>
            <Button size="small" onClick={() => setCompared(change)} data-testid="key-compare">
              {t("key.compare")}
            </Button>
            {!verified && <KeyActions {...props} size="small" />}
          </>
        }
      >
        <b>
          <T id={verified ? "key.verifiedTitle" : "key.title"} values={values} />
        </b>{" "}
        {verified ? <T id="key.verifiedText" values={{ name: contact.name }} /> : t("key.ask")}{" "}
        {t("key.held", { count: change.held })}
      </Banner>
      <Dialog
        open={compared !== null}
        onOpenChange={(open) => !open && setCompared(null)}
        title={t("key.compareTitle")}
        description={t("key.text")}
        width={560}
      >
        <BothKeys contact={contact} change={compared ?? change} />
      </Dialog>
    </>
  );
}

/** Stands in place of the composer of a verified contact until the person has decided. */
export function KeyChoice({ onVerify, ...props }: KeyBannerProps & { onVerify: () => void }) {
  return (
    <div className={styles.choice} data-testid="key-choice">
      <ShieldAlert size={18} strokeWidth={1.8} aria-hidden />
      <span>
        <T id="key.blocked" values={{ name: shortName(props.contact.name, 40) }} />
      </span>
      <div className={styles.actions}>
        <KeyActions {...props} size="normal" />
        <Button variant="primary" onClick={onVerify} data-testid="key-verify">
          {t("verify.again")}
        </Button>
      </div>
    </div>
  );
}

function KeyActions(props: KeyBannerProps & { size: "small" | "normal" }) {
  const { contact, change, size } = props;
  const [asked, setAsked] = useState<KeyChangeView | null>(null);
  const verified = mustDecide(contact);
  const accept = t(verified ? "key.acceptUnverified" : "key.accept");

  const decide = async (key: string, accepted: boolean) => {
    try {
      await ipc.decideKey(contact.id, key, accepted);
    } catch (error) {
      const code = codeOf(error);
      showToast({ text: errorSentence(code), tone: "danger" });
      if (code === "no_key_change") reread();
    }
    setAsked(null);
  };
  return (
    <>
      <Button
        size={size}
        onClick={() => void decide(change.publicKey, false)}
        data-testid="key-ignore"
      >
        {t(verified ? "key.keep" : "key.ignore")}
      </Button>
      <Button
        size={size}
        variant="danger"
        onClick={() => setAsked(change)}
        data-testid="key-accept"
      >
        {accept}
      </Button>
      <AlertDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={<T id="key.askTitle" values={{ name: contact.name }} />}
        action={accept}
        onAction={() => decide((asked ?? change).publicKey, true)}
        danger
      >
        <div className={styles.keys}>
          <p>
            {verified ? (
              <T id="key.askUnverified" values={{ name: contact.name }} />
            ) : (
              t("key.askText")
            )}
          </p>
          <BothKeys contact={contact} change={asked ?? change} />
        </div>
      </AlertDialog>
    </>
  );
}

/**
 * Both keys, to compare. The fingerprint of a contact with a secure session is of the whole
 * identity and says nothing beside that of a key: there the keys themselves are shown.
 */
function BothKeys({ contact, change }: { contact: ContactView; change: KeyChangeView }) {
  const whole = contact.accountId !== null;
  const old = whole ? contact.publicKey : contact.fingerprint;
  const grouped = whole ? undefined : 4;
  return (
    <div className={styles.keys}>
      {old !== null && (
        <CopyField label={t("key.old")} value={old} grouped={grouped} testid="key-old" />
      )}
      <CopyField
        label={t("key.new")}
        value={whole ? change.publicKey : change.fingerprint}
        grouped={grouped}
        testid="key-new"
      />
    </div>
  );
}
