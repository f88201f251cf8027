import styles from "./Bdi.module.css";
import { cx } from "./cx";

/** Text of another person in a sentence of ours: its direction stays inside. */
export function Bdi({ text }: { text: string }) {
  return <bdi dir="auto">{text}</bdi>;
}

export interface NameProps {
  text: string;
  className?: string;
}

/**
 * A name, or another short text of a person, on one line. What does not fit is cut at the end of the
 * text, which is on the left of a right-to-left one; the browser cuts between graphemes. The whole
 * is in the tooltip.
 */
export function Name({ text, className }: NameProps) {
  return (
    <span
      className={cx(styles.name, className)}
      dir="auto"
      title={text.length > 24 ? text : undefined}
    >
      {text}
    </span>
  );
}
