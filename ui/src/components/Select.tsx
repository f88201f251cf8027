import { ChevronDown } from "lucide-react";
import { cx } from "./cx";
import { Field, type FieldProps } from "./Field";
import styles from "./Field.module.css";

export interface SelectProps<V extends string> extends FieldProps {
  value: V;
  onValueChange: (value: V) => void;
  options: readonly { value: V; label: string }[];
  disabled?: boolean;
  testid?: string;
}

/** One of several words; the system's own list, which every screen reader knows. */
export function Select<V extends string>(props: SelectProps<V>) {
  const { label, hideLabel, hint, error, value, onValueChange, options, disabled, testid } = props;
  return (
    <Field label={label} hideLabel={hideLabel} hint={hint} error={error}>
      {(ids) => (
        <div className={styles.box}>
          <select
            {...ids}
            className={cx(styles.input, styles.select)}
            value={value}
            disabled={disabled}
            onChange={(event) => onValueChange(event.currentTarget.value as V)}
            data-testid={testid}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown size={16} className={styles.arrow} aria-hidden />
        </div>
      )}
    </Field>
  );
}
