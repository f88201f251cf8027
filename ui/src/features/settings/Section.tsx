/** A part of a settings pane under its own heading. */
import { type ReactNode, useId } from "react";
import styles from "./Section.module.css";

export interface SectionProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, hint, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h3 id={id} className="type-heading">
        {title}
      </h3>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </section>
  );
}
