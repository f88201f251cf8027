import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Tag.module.css";

export type Tone = "plain" | "accent" | "ok" | "warn" | "danger" | "pq";

export interface TagProps {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
  /** On its own soft ground, as a pill. */
  soft?: boolean;
  testid?: string;
}

/** A state: a picture and a word, never a colour alone. */
export function Tag({ tone = "plain", icon: Icon, children, soft, testid }: TagProps) {
  return (
    <span className={cx(styles.tag, styles[tone], soft && styles.soft)} data-testid={testid}>
      {Icon && <Icon size={14} strokeWidth={2} aria-hidden />}
      <span className={styles.words}>{children}</span>
    </span>
  );
}
