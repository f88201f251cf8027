import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { spokenKeys } from "./Kbd";
import styles from "./Tooltip.module.css";

export interface TooltipProps {
  text: string;
  shortcut?: string;
  /** The element that it explains. It needs a name of its own: a tooltip is not spoken. */
  children: ReactElement;
}

/** Words for a picture, on hover and focus. https://www.w3.org/WAI/ARIA/apg/patterns/tooltip/ */
export function Tooltip({ text, shortcut, children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles.popup} aria-hidden>
            {text}
            {shortcut !== undefined && <span className={styles.keys}>{spokenKeys(shortcut)}</span>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
