/** What stands after a contact was added: who, with which key, and that nobody has checked it. */
import { ShieldQuestionMark } from "lucide-react";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Card } from "~/components/Card";
import { t } from "~/i18n/t";
import type { ContactView } from "~/ipc/bindings";
import styles from "./AddedContact.module.css";
import { Fingerprint } from "./Fingerprint";

export function AddedContact({ contact }: { contact: ContactView }) {
  return (
    <div className={styles.added} data-testid="add-contact-result">
      <div className={styles.who}>
        <Avatar name={contact.name} hue={contact.hue} size={56} />
        <div className={styles.words}>
          <Name text={contact.name} className="type-heading" />
          <span className={styles.print}>
            {t("add.result.fingerprint")} <Fingerprint digits={contact.fingerprint} />
          </span>
        </div>
      </div>
      <Card tone="warn" icon={ShieldQuestionMark} title={t("add.result.how")}>
        {t("add.result.how.text")}
      </Card>
    </div>
  );
}
