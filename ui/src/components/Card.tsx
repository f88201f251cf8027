import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Card.module.css";
import { cx } from "./cx";
import type { Tone } from "./Tag";

export interface CardProps {
  tone?: Tone;
  icon?: LucideIcon;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  testid?: string;
}

/** A soft card that says one thing and what can be done about it. */
export function Card({ tone = "plain", icon: Icon, title, children, actions, testid }: CardProps) {
  return (
    <div className={cx(styles.card, styles[tone])} data-testid={testid}>
      {title && (
        <div className={styles.head}>
          {Icon && <Icon size={18} strokeWidth={1.8} aria-hidden />}
          <span>{title}</span>
        </div>
      )}
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
