import type { LucideIcon } from "lucide-react";
import type { ReactNode, Ref } from "react";
import styles from "./Screen.module.css";

export interface ScreenProps {
  title: ReactNode;
  icon?: LucideIcon;
  children?: ReactNode;
  actions?: ReactNode;
  /** The heading, which can take the focus when the screen appears. */
  titleRef?: Ref<HTMLHeadingElement>;
  testid?: string;
}

/** A screen that fills the window: the steps of the first start and what is in the way of one. */
export function Screen({ title, icon: Icon, children, actions, titleRef, testid }: ScreenProps) {
  return (
    <main className={styles.screen} data-testid={testid}>
      <div className={styles.box}>
        {Icon && <Icon size={40} strokeWidth={1.4} className={styles.icon} aria-hidden />}
        <h1 className="type-display" ref={titleRef} tabIndex={-1}>
          {title}
        </h1>
        {children && <div className={styles.text}>{children}</div>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </main>
  );
}
