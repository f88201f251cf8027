import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import { type ReactNode, useRef, useState } from "react";
import { t } from "~/i18n/t";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./Dialog.module.css";
import { useCounted } from "./openDialogs";

export interface AlertDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, in one or two sentences. */
  children: ReactNode;
  /** The word on the button that does it. */
  action: string;
  /** A promise keeps the button busy; the caller closes the dialog. */
  onAction: () => void | Promise<void>;
  danger?: boolean;
  cancel?: string;
  testid?: string;
}

/** A question that must be answered first. https://www.w3.org/WAI/ARIA/apg/patterns/alertdialog/ */
export function AlertDialog(props: AlertDialogProps) {
  const { open, onOpenChange, title, children, action, onAction, danger, cancel, testid } = props;
  const [busy, setBusy] = useState(false);
  useCounted(open);
  const cancelRef = useRef<HTMLButtonElement>(null);
  const act = async () => {
    setBusy(true);
    try {
      await onAction();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Viewport className={styles.viewport}>
          <Base.Popup
            className={cx(styles.popup, styles.w440)}
            initialFocus={danger ? cancelRef : undefined}
            data-testid={testid}
          >
            <div className={styles.head}>
              <Base.Title className={cx("type-title", styles.words)}>{title}</Base.Title>
            </div>
            <Base.Description className={styles.body} render={<div />}>
              {children}
            </Base.Description>
            <div className={styles.foot}>
              <Base.Close ref={cancelRef} render={<Button />}>
                {cancel ?? t("common.cancel")}
              </Base.Close>
              <Button
                variant={danger ? "danger" : "primary"}
                busy={busy}
                onClick={() => void act()}
                data-testid="confirm"
              >
                {action}
              </Button>
            </div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
