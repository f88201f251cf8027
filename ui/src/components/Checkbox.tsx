import { type ReactNode, useId } from "react";
import styles from "./Choice.module.css";
import { cx } from "./cx";

export interface CheckboxProps {
  label: ReactNode;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  testid?: string;
}

/** A tick beside its words. https://www.w3.org/WAI/ARIA/apg/patterns/checkbox/ */
export function Checkbox({ label, checked, onCheckedChange, disabled, testid }: CheckboxProps) {
  const id = useId();
  return (
    <label htmlFor={id} className={styles.option}>
      <input
        type="checkbox"
        id={id}
        className={cx(styles.mark, styles.checkbox)}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onCheckedChange(event.currentTarget.checked)}
        data-testid={testid}
      />
      <span>{label}</span>
    </label>
  );
}
