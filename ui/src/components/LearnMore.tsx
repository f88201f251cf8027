import type { ReactNode } from "react";
import { t } from "~/i18n/t";
import styles from "./LearnMore.module.css";

export interface LearnMoreProps {
  /** What is explained, for whoever hears only the button. */
  about: string;
  children: ReactNode;
  testid?: string;
}

/**
 * A word explained for whoever wants to know, where it stands. Closed at first.
 * https://www.w3.org/WAI/ARIA/apg/patterns/disclosure/
 */
export function LearnMore({ about, children, testid }: LearnMoreProps) {
  return (
    <details className={styles.more} data-testid={testid}>
      <summary>
        {t("common.learnMore")}
        <span className="visually-hidden">: {about}</span>
      </summary>
      <div className={styles.text}>{children}</div>
    </details>
  );
}
