import { Copy } from "lucide-react";
import { useId } from "react";
import { t } from "~/i18n/t";
import styles from "./CopyField.module.css";
import { copyText } from "./copy";
import { cx } from "./cx";
import { IconButton } from "./IconButton";
import { showToast } from "./Toast";

export interface CopyFieldProps {
  label: string;
  value: string;
  mono?: boolean;
  /** Shows it in groups of this many characters; the copy is whole. */
  grouped?: number;
  testid?: string;
}

/** A value to read, compare and copy. */
export function CopyField({ label, value, mono = true, grouped, testid }: CopyFieldProps) {
  const id = useId();
  const shown = grouped === undefined ? value : inGroups(value, grouped);
  const copy = async () => {
    try {
      await copyText(value);
      showToast({ text: t("copy.done", { what: label }) });
    } catch {
      showToast({ text: t("copy.failed"), tone: "danger" });
    }
  };
  return (
    <div className={styles.field}>
      <span id={id} className={styles.label}>
        {label}
      </span>
      <div className={styles.box}>
        <span
          role="group"
          className={cx(styles.value, mono && styles.mono)}
          dir="ltr"
          aria-labelledby={id}
          data-testid={testid}
          data-value={value}
        >
          {shown}
        </span>
        <IconButton
          size="small"
          icon={Copy}
          label={t("copy.action", { what: label })}
          onClick={() => void copy()}
        />
      </div>
    </div>
  );
}

/** `abcdefgh` in groups of four is `abcd efgh`. */
export function inGroups(value: string, size: number): string {
  return value.match(new RegExp(`.{1,${size}}`, "gu"))?.join(" ") ?? value;
}
