/** Every key that a contact ever had, the newest first. Read when somebody looks. */
import { useEffect, useState } from "react";
import { useDay } from "~/components/useDay";
import { dayMonth } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactView, KeyView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { Fingerprint } from "~/parts/Fingerprint";
import styles from "./KeyHistory.module.css";

export function KeyHistory({ contact: { id, fingerprint, publicKey } }: { contact: ContactView }) {
  const [keys, setKeys] = useState<readonly KeyView[]>([]);
  const now = useDay();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is one more
  useEffect(() => {
    let wanted = true;
    ipc.contactInfo(id).then(
      (info) => wanted && setKeys([...info.keys].reverse()),
      // Gone meanwhile, as the whole pane will be.
      () => wanted && setKeys([]),
    );
    return () => {
      wanted = false;
    };
  }, [id, fingerprint, publicKey]);
  if (keys.length === 0) return null;
  return (
    <section aria-label={t("verify.keys")} data-testid="details-keys">
      <p className={styles.label}>{t("verify.keys")}</p>
      <ul className={styles.keys}>
        {keys.map((key) => (
          <li key={`${key.fingerprint}-${key.firstSeen}`}>
            <Fingerprint digits={key.fingerprint} />
            <span className="type-caption dim">
              {t(key.whole ? "verify.keyWhole" : "verify.keyBox")}
              {" · "}
              {key.current ? (
                <T id="verify.keyNow" values={{ date: dayMonth(key.firstSeen, now) }} />
              ) : (
                <T
                  id="verify.keyOnce"
                  values={{ from: dayMonth(key.firstSeen, now), to: dayMonth(key.lastSeen, now) }}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
