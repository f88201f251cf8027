import { useRef } from "react";
import { Button } from "~/components/Button";
import { Dialog } from "~/components/Dialog";
import { t } from "~/i18n/t";
import { useAction } from "~/state/useAction";
import type { ClosingQuestion } from "./useClosing";

/** Asks once what closing the window means, and says where Sotto is then. */
export function ClosingDialog({ open, tray, answer, cancel }: ClosingQuestion) {
  const { busy, run } = useAction();
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && cancel()}
      title={t("closing.title")}
      initialFocus={keep}
      testid="closing-dialog"
      footer={
        <>
          <Button
            disabled={busy}
            onClick={() => void run(() => answer("quit"))}
            data-testid="closing-quit"
          >
            {t("closing.quit")}
          </Button>
          <Button
            ref={keep}
            variant="primary"
            busy={busy}
            onClick={() => void run(() => answer("background"))}
            data-testid="closing-background"
          >
            {t("closing.background")}
          </Button>
        </>
      }
    >
      <p>{tray ? t("closing.tray") : t("closing.noTray")}</p>
      <p className="dim">{t("closing.remembered")}</p>
    </Dialog>
  );
}
