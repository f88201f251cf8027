import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Banner.module.css";
import { cx } from "./cx";

export interface BannerProps {
  tone?: "plain" | "warn" | "danger";
  icon?: LucideIcon;
  children: ReactNode;
  actions?: ReactNode;
  testid?: string;
}

/** A line across a column about what is going on; spoken politely, a fault at once. */
export function Banner({ tone = "plain", icon: Icon, children, actions, testid }: BannerProps) {
  return (
    <div
      className={cx(styles.banner, styles[tone])}
      role={tone === "danger" ? "alert" : "status"}
      data-testid={testid}
    >
      {Icon && <Icon size={18} strokeWidth={1.8} aria-hidden />}
      <div className={styles.words}>{children}</div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
