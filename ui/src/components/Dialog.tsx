import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useRef } from "react";
import { t } from "~/i18n/t";
import { cx } from "./cx";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton";
import { DialogIsOpen, useCounted } from "./openDialogs";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  width?: 440 | 560 | 640 | 880;
  /** Buttons, the primary one last. */
  footer?: ReactNode;
  children?: ReactNode;
  /**
   * What has the focus when it opens; by default the first thing that can have it. With `itself` no
   * key acts on anything: for a dialog that nobody has asked for.
   */
  initialFocus?: RefObject<HTMLElement | null> | "itself";
  /**
   * What gets the focus when it closes, asked then: what had it before (true, as usual), nothing
   * (false), or an element.
   */
  returnsFocus?: () => boolean | HTMLElement;
  /** Stands before the title. */
  lead?: ReactNode;
  /** Lines divide head, body and foot, and the body reaches the edges. */
  divided?: boolean;
  /** Leaves out the head and the padding; the title is then for screen readers only. */
  bare?: boolean;
  /** Comes and goes at once: for what is opened by a key, and in the way of what is done next. */
  quick?: boolean;
  testid?: string;
}

const WIDTHS = {
  440: styles.w440,
  560: styles.w560,
  640: styles.w640,
  880: styles.w880,
} as const;

/** A modal dialog: traps the focus, gives it back. https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/ */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, width = 440, initialFocus, quick, children, testid } = props;
  const popup = useRef<HTMLDivElement>(null);
  useCounted(open);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={cx(styles.backdrop, quick && styles.quick)} />
        <Base.Viewport className={styles.viewport}>
          <Base.Popup
            className={cx(
              styles.popup,
              WIDTHS[width],
              quick && styles.quick,
              props.divided && styles.divided,
            )}
            ref={popup}
            finalFocus={props.returnsFocus}
            initialFocus={initialFocus === "itself" ? popup : initialFocus}
            data-testid={testid}
          >
            <Head {...props} />
            <DialogIsOpen value={open}>
              {props.bare ? children : <div className={styles.body}>{children}</div>}
            </DialogIsOpen>
            {props.footer && <div className={styles.foot}>{props.footer}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

function Head({ title, description, lead, bare }: DialogProps) {
  if (bare) return <Base.Title className="visually-hidden">{title}</Base.Title>;
  return (
    <div className={styles.head}>
      {lead}
      <div className={styles.words}>
        <Base.Title className="type-title">{title}</Base.Title>
        {description && (
          <Base.Description className={styles.description}>{description}</Base.Description>
        )}
      </div>
      <Base.Close
        render={<IconButton label={t("common.close")} icon={X} className={styles.close} />}
      />
    </div>
  );
}
