import type { ComponentProps } from "react";
import { cx } from "./cx";
import styles from "./Roomy.module.css";

export interface RoomyProps extends ComponentProps<"p"> {
  /** The other text that can stand here. It is neither seen nor spoken. */
  room: string;
}

/** A text with room for another one: what follows does not move when that takes its place. */
export function Roomy({ room, className, children, ...others }: RoomyProps) {
  return (
    <p {...others} className={cx(styles.roomy, className)} data-room={room}>
      <span>{children}</span>
    </p>
  );
}
