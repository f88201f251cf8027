import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx";
import { SpinnerMark } from "./Spinner";

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: "primary" | "quiet" | "outline" | "ghost" | "danger";
  size?: "normal" | "small";
  icon?: LucideIcon;
  /** Shows a spinner and takes no more presses; the button keeps its width and the focus. */
  busy?: boolean;
  /** Takes no press yet, but keeps its place among the stops of Tab. */
  held?: boolean;
}

/** A push button with words. https://www.w3.org/WAI/ARIA/apg/patterns/button/ */
export function Button(props: ButtonProps) {
  const { variant = "quiet", size = "normal", icon: Icon, busy = false, ...others } = props;
  const { held = false, ...rest } = others;
  const { className, children, onClick, ...button } = rest;
  return (
    <button
      type="button"
      {...button}
      className={cx(
        styles.button,
        styles[variant],
        size === "small" && styles.small,
        busy && styles.busy,
        className,
      )}
      aria-disabled={busy || held || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy || held) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {Icon && <Icon size={16} strokeWidth={1.8} aria-hidden />}
      <span>{children}</span>
      {busy && (
        <span className={styles.spinner}>
          <SpinnerMark size={16} />
        </span>
      )}
    </button>
  );
}
