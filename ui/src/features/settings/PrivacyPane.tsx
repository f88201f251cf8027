/** Whom the person blocked. */
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Button } from "~/components/Button";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ChatView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { useSortedChats } from "~/state/selectors";
import styles from "./PrivacyPane.module.css";
import { Section } from "./Section";

async function unblock(chat: ChatView): Promise<void> {
  try {
    await ipc.blockContact(chat.id, false);
  } catch (error) {
    showToast({ text: errorSentence(codeOf(error)), tone: "danger" });
  }
}

export function PrivacyPane() {
  const blocked = useSortedChats().filter((chat) => chat.contact.blocked);
  return (
    <Section title={t("settings.blocked")} hint={t("settings.blocked.hint")}>
      {blocked.length === 0 ? (
        <p data-testid="settings-blocked-none">{t("settings.blocked.none")}</p>
      ) : (
        <ul className={styles.list}>
          {blocked.map((chat) => (
            <li key={chat.id} className={styles.row} data-testid="settings-blocked">
              <Avatar name={chat.contact.name} hue={chat.contact.hue} size={36} />
              <Name text={chat.contact.name} className={styles.name} />
              <Button
                size="small"
                aria-label={t("settings.unblock.label", { name: chat.contact.name })}
                onClick={() => void unblock(chat)}
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
