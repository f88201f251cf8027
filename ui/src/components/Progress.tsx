import { useId } from "react";
import { cx } from "./cx";
import styles from "./Progress.module.css";

export interface ProgressProps {
  label: string;
  /** 0 to 100; absent while it is not known. */
  value?: number;
}

/** A bar with its words. https://www.w3.org/WAI/ARIA/apg/patterns/meter/ (role progressbar) */
export function Progress({ label, value }: ProgressProps) {
  const id = useId();
  return (
    <div className={styles.progress}>
      <span id={id}>{label}</span>
      <div
        className={styles.track}
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={value}
      >
        <div
          className={cx(styles.bar, value === undefined && styles.unknown)}
          style={value === undefined ? undefined : { inlineSize: `${value}%` }}
        />
      </div>
    </div>
  );
}
