import type { ComponentProps } from "react";
import { cx } from "./cx";
import { Field, type FieldProps } from "./Field";
import styles from "./Field.module.css";

export interface TextAreaProps extends FieldProps, Omit<ComponentProps<"textarea">, "children"> {
  mono?: boolean;
}

/** Several lines of text with their label, help and fault. */
export function TextArea(props: TextAreaProps) {
  const { label, hideLabel, hint, error, mono, className, id, ...area } = props;
  return (
    <Field label={label} hideLabel={hideLabel} hint={hint} error={error} id={id}>
      {(ids) => (
        <div className={styles.box}>
          <textarea
            rows={3}
            dir="auto"
            {...area}
            {...ids}
            className={cx(styles.input, styles.area, mono && styles.mono, className)}
          />
        </div>
      )}
    </Field>
  );
}
