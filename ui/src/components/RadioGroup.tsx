import { type ReactNode, useId } from "react";
import styles from "./Choice.module.css";
import { cx } from "./cx";

export interface RadioGroupProps<V extends string> {
  label: string;
  hideLabel?: boolean;
  /** Null while none is chosen. */
  value: V | null;
  onValueChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; hint?: ReactNode; testid?: string }[];
  /** Draws each choice as a card. */
  cards?: boolean;
}

/** One of a few choices, all in sight. https://www.w3.org/WAI/ARIA/apg/patterns/radio/ */
export function RadioGroup<V extends string>(props: RadioGroupProps<V>) {
  const { label, hideLabel, value, onValueChange, options, cards } = props;
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className={hideLabel ? "visually-hidden" : styles.legend}>{label}</legend>
      {options.map((option) => {
        const id = `${name}-${option.value}`;
        return (
          <label
            key={option.value}
            htmlFor={id}
            className={cx(styles.option, cards && styles.card)}
          >
            <input
              type="radio"
              id={id}
              name={name}
              className={cx(styles.mark, styles.radio)}
              checked={option.value === value}
              onChange={() => onValueChange(option.value)}
              aria-labelledby={`${id}-label`}
              aria-describedby={option.hint ? `${id}-hint` : undefined}
              data-testid={option.testid}
            />
            <span className={styles.words}>
              <span id={`${id}-label`} className={styles.title}>
                {option.label}
              </span>
              {option.hint && (
                <span id={`${id}-hint`} className={styles.hint}>
                  {option.hint}
                </span>
              )}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
