import { useEffect, useState } from "react";
import styles from "./Spinner.module.css";

/** Waits this long before a spinner is drawn: what is faster needs none. */
const SHOWN_AFTER_MS = 300;

/** The turning ring alone, without words. */
export function SpinnerMark({ size = 18 }: { size?: number }) {
  return <span className={styles.mark} style={{ width: size, height: size }} aria-hidden />;
}

export interface SpinnerProps {
  /** Words beside the ring, spoken when they appear. */
  label?: string;
  size?: number;
  /** Draws it at once. */
  now?: boolean;
}

/** Shows that something of unknown length goes on. */
export function Spinner({ label, size, now = false }: SpinnerProps) {
  const [shown, setShown] = useState(now);
  useEffect(() => {
    if (shown) return;
    const timer = setTimeout(() => setShown(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <span className={styles.spinner} role="status">
      {shown && <SpinnerMark size={size} />}
      {shown && label}
    </span>
  );
}
