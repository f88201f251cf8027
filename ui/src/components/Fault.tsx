import { CircleAlert } from "lucide-react";
import { Card } from "./Card";
import styles from "./Fault.module.css";

export interface FaultProps {
  /** Why something was refused; nothing shows nothing. */
  words: string | null | false;
  testid?: string;
}

/** A refusal that is spoken: its region is there before the words, as an alert has to be. */
export function Fault({ words, testid }: FaultProps) {
  return (
    <div role="alert" className={styles.fault}>
      {words && <Card tone="danger" icon={CircleAlert} title={words} testid={testid} />}
    </div>
  );
}
