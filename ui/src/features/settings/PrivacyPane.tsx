/** Whom the person blocked. */

import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Button } from "~/components/Button";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ContactView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { contactOf } from "~/state/chatKind";
import { useSortedChats } from "~/state/selectors";
import styles from "./PrivacyPane.module.css";
import { Section } from "./Section";

async function unblock(contact: ContactView): Promise<void> {
  try {
    await ipc.blockContact(contact.id, false);
  } catch (error) {
    showToast({ text: errorSentence(codeOf(error)), tone: "danger" });
  }
}

export function PrivacyPane() {
  const blocked = useSortedChats()
    .map(contactOf)
    .filter((contact) => contact.blocked);
  return (
    <Section title={t("settings.blocked")} hint={t("settings.blocked.hint")}>
      {blocked.length === 0 ? (
        <p data-testid="settings-blocked-none">{t("settings.blocked.none")}</p>
      ) : (
        <ul className={styles.list}>
          {blocked.map((contact) => (
            <li key={contact.id} className={styles.row} data-testid="settings-blocked">
              <Avatar name={contact.name} hue={contact.hue} size={36} />
              <Name text={contact.name} className={styles.name} />
              <Button
                size="small"
                aria-label={t("settings.unblock.label", { name: contact.name })}
                onClick={() => void unblock(contact)}
                data-testid="settings-unblock"
              >
                {t("settings.unblock")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
