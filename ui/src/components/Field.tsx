import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cx } from "./cx";
import styles from "./Field.module.css";

export interface FieldProps {
  label: string;
  /** The label is then for screen readers only. */
  hideLabel?: boolean;
  hint?: ReactNode;
  error?: ReactNode;
}

/** What ties a control to its words. */
interface FieldIds {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** Label, control, help and fault, tied together; TextField, TextArea and Select are made of it. */
export function Field(props: FieldProps & { id?: string; children: (ids: FieldIds) => ReactNode }) {
  const { label, hideLabel, hint, error, children } = props;
  const made = useId();
  const id = props.id ?? made;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={cx(hideLabel ? "visually-hidden" : styles.label)}>
        {label}
      </label>
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
      <div role="alert" className={error ? styles.error : undefined}>
        {error && (
          <>
            <CircleAlert size={14} aria-hidden />
            <span id={`${id}-error`}>{error}</span>
          </>
        )}
      </div>
    </div>
  );
}
