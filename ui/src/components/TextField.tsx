import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Field, type FieldProps } from "./Field";
import styles from "./Field.module.css";

export interface TextFieldProps extends FieldProps, Omit<ComponentProps<"input">, "children"> {
  mono?: boolean;
  /** Inside the box, at its end: a button for showing or pasting. */
  end?: ReactNode;
}

/** One line of text with its label, help and fault. */
export function TextField(props: TextFieldProps) {
  const { label, hideLabel, hint, error, mono, end, className, id, ...input } = props;
  return (
    <Field label={label} hideLabel={hideLabel} hint={hint} error={error} id={id}>
      {(ids) => (
        <div className={styles.box}>
          <input
            type="text"
            dir="auto"
            autoComplete="off"
            {...input}
            {...ids}
            className={cx(styles.input, mono && styles.mono, className)}
          />
          {end && <span className={styles.end}>{end}</span>}
        </div>
      )}
    </Field>
  );
}
