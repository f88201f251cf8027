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

/** A name on one line; the browser cuts it between graphemes, the whole is in the tooltip. */
export function Name({ text, className }: NameProps) {
  return (
    <span className={cx(styles.name, className)} title={text.length > 24 ? text : undefined}>
      <Bdi text={text} />
    </span>
  );
}
