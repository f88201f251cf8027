import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx";
import styles from "./IconButton.module.css";
import { Tooltip } from "./Tooltip";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** Its name, spoken and in the tooltip. */
  label: string;
  icon: LucideIcon;
  /** Keys that do the same, shown in the tooltip. */
  shortcut?: string;
  size?: "normal" | "small";
  /** Makes it a toggle. */
  pressed?: boolean;
}

/** A push button with a picture. https://www.w3.org/WAI/ARIA/apg/patterns/button/ */
export function IconButton(props: IconButtonProps) {
  const { label, icon: Icon, shortcut, size = "normal", pressed, className, ...button } = props;
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        type="button"
        {...button}
        className={cx(styles.button, size === "small" && styles.small, className)}
        aria-label={label}
        aria-pressed={pressed}
      >
        <Icon size={18} strokeWidth={1.8} aria-hidden />
      </button>
    </Tooltip>
  );
}
