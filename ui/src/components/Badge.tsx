import styles from "./Badge.module.css";
import { cx } from "./cx";
import { VisuallyHidden } from "./VisuallyHidden";

export interface BadgeProps {
  count: number;
  /** What is counted, spoken ("3 unread"). */
  label: string;
  muted?: boolean;
}

/** A small number beside a row; nothing for none. */
export function Badge({ count, label, muted }: BadgeProps) {
  if (count <= 0) return null;
  return (
    <span className={cx(styles.badge, muted && styles.muted)}>
      <span aria-hidden>{count > 999 ? "999+" : count}</span>
      <VisuallyHidden>{label}</VisuallyHidden>
    </span>
  );
}
