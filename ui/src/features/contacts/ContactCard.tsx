/** The quieter way to be added: a card for everybody, which proves nothing and never ends. */
import { ImageDown } from "lucide-react";
import { useState } from "react";
import { Button } from "~/components/Button";
import { CopyField } from "~/components/CopyField";
import { Fault } from "~/components/Fault";
import { LearnMore } from "~/components/LearnMore";
import { Progress } from "~/components/Progress";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { QrMatrix } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { QrCode } from "~/parts/QrCode";
import { useAction } from "~/state/useAction";
import styles from "./ContactCard.module.css";

export function ContactCard() {
  const [card, setCard] = useState<{ link: string; code: QrMatrix } | null>(null);
  const loading = useAction();
  const saving = useAction();
  const load = (): void => void loading.run(async () => setCard(await ipc.contactCard()));
  const save = (): void =>
    void saving.run(async () => {
      if (await ipc.saveCard()) showToast({ text: t("invite.saved") });
    });
  const failed = loading.failed ?? saving.failed;
  return (
    <details
      className={styles.card}
      onToggle={(event) => event.currentTarget.open && card === null && load()}
    >
      <summary className={styles.title} data-testid="contact-card">
        {t("card.show")}
      </summary>
      <div className={styles.body}>
        <p className="dim">{t("card.text")}</p>
        <LearnMore about={t("chat.verified")}>
          <p className="dim">{t("card.mark")}</p>
        </LearnMore>
        {loading.busy && <Progress label={t("invite.making")} />}
        {card && (
          <>
            <QrCode code={card.code} label={t("card.code")} testid="card-code" />
            <CopyField label={t("card.link")} value={card.link} testid="card-link" />
            <div>
              <Button
                size="small"
                icon={ImageDown}
                busy={saving.busy}
                onClick={save}
                data-testid="card-save"
              >
                {t("invite.save")}
              </Button>
            </div>
          </>
        )}
        <Fault words={failed && errorSentence(failed)} />
      </div>
    </details>
  );
}
