import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { copyText } from "~/components/copy";
import { showToast } from "~/components/Toast";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import { ipc } from "~/ipc/client";
import styles from "./LinkQuestion.module.css";
import { linkTarget, looksDifferent } from "./text";

export interface LinkQuestionProps {
  link: { url: string; text: string } | null;
  onClose: () => void;
}

/** Asks before a link is opened, and names the host that it really leads to. */
export function LinkQuestion({ link, onClose }: LinkQuestionProps) {
  const target = link ? linkTarget(link.url) : { mail: false, host: "" };
  const open = async () => {
    if (!link) return;
    try {
      await ipc.openLink(link.url);
    } catch {
      showToast({ text: t("link.failed"), tone: "danger" });
    }
    onClose();
  };
  return (
    <AlertDialog
      open={link !== null}
      onOpenChange={(shown) => !shown && onClose()}
      title={
        target.mail ? (
          <T id="link.mailTitle" values={{ address: target.host }} />
        ) : (
          <T id="link.title" values={{ host: target.host }} />
        )
      }
      action={t("link.open")}
      onAction={open}
      testid="link-question"
    >
      {link && (
        <div className={styles.question}>
          <p className={styles.url} dir="ltr">
            {link.url}
          </p>
          {looksDifferent(link.text, link.url) && (
            <p className={styles.differs}>{t("link.differs")}</p>
          )}
          {!target.mail && <p className="dim">{t("link.text")}</p>}
          <Button
            variant="ghost"
            size="small"
            onClick={() => void copyLink(link.url).then(onClose)}
            className={styles.copy}
          >
            {t("link.copy")}
          </Button>
        </div>
      )}
    </AlertDialog>
  );
}

/** Puts an address on the clipboard and says so. */
export async function copyLink(url: string): Promise<void> {
  try {
    await copyText(url);
    showToast({ text: t("link.copied") });
  } catch {
    showToast({ text: t("copy.failed"), tone: "danger" });
  }
}
