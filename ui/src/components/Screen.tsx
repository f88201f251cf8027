import type { LucideIcon } from "lucide-react";
import { type ReactNode, useId } from "react";
import styles from "./Screen.module.css";

export interface ScreenProps {
  title: ReactNode;
  icon?: LucideIcon;
  /** A picture in place of the icon. */
  mark?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  testid?: string;
}

/** A screen that fills the window: the steps of the first start and what is in the way of one. */
export function Screen({ title, icon: Icon, mark, children, actions, testid }: ScreenProps) {
  const id = useId();
  return (
    <main className={styles.screen} aria-labelledby={id} data-testid={testid}>
      <div className={styles.box}>
        {mark}
        {Icon && <Icon size={40} strokeWidth={1.4} className={styles.icon} aria-hidden />}
        <h1 id={id} className="type-display">
          {title}
        </h1>
        {children && <div className={styles.text}>{children}</div>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </main>
  );
}
