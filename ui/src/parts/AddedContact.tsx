/** What stands after a contact was added: who, with which key, and whether anybody has checked it. */

import { ShieldCheck, ShieldQuestionMark } from "lucide-react";
import { useState } from "react";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Card } from "~/components/Card";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactView } from "~/ipc/bindings";
import who from "~/parts/Who.module.css";
import styles from "./AddedContact.module.css";
import { Fingerprint } from "./Fingerprint";

export function AddedContact({ contact }: { contact: ContactView }) {
  return (
    <div className={styles.added} data-testid="add-contact-result">
      <div className={who.who}>
        <Avatar name={contact.name} hue={contact.hue} size={56} />
        <div className={who.words}>
          <Name text={contact.name} className="type-heading" />
          <span className={styles.print}>
            {t("add.result.fingerprint")} <Fingerprint digits={contact.fingerprint} />
          </span>
        </div>
      </div>
      <How contact={contact} />
    </div>
  );
}

function How({ contact }: { contact: ContactView }) {
  const ready = contact.session === "ready";
  // The line keeps its place when the session comes: the buttons below must not jump away from
  // under the mouse.
  const [waited] = useState(!ready);
  if (contact.trust.kind === "verified") {
    return (
      <Card tone="ok" icon={ShieldCheck} title={t("add.result.verified")}>
        {contact.trust.how === "scan" && t("add.result.verified.tell")}
      </Card>
    );
  }
  switch (contact.protection) {
    case "plain":
      return (
        <Card tone="warn" icon={ShieldQuestionMark} title={t("add.result.how")}>
          {t("add.result.how.text")}
        </Card>
      );
    case "pq":
      return (
        <Card tone="warn" icon={ShieldQuestionMark} title={t("add.result.link")}>
          <p>{t("details.unverified")}</p>
          {waited && (
            <p className={styles.next} data-over={ready || undefined}>
              <T id="details.sessionWaits" values={{ name: contact.name }} />
            </p>
          )}
        </Card>
      );
  }
}
