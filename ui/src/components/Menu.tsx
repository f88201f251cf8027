import { Menu as Base } from "@base-ui/react/menu";
import type { LucideIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import styles from "./Menu.module.css";

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
}

/** A menu under a button. https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/ */
export function Menu({ trigger, children, align = "end" }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          className={styles.positioner}
          align={align}
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup className={styles.popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Where a context menu opens: at the pointer, or beside the element that has the focus. */
export type MenuPlace = { x: number; y: number } | Element;

export interface ContextMenuProps {
  /** Null while it is closed. */
  at: MenuPlace | null;
  onClose: () => void;
  /** What gets the focus afterwards. */
  returnTo?: HTMLElement | null;
  children: ReactNode;
}

/**
 * The menu of whatever the pointer or the focus is on. One for a whole list: the list says where it
 * opens and what is in it, so that its rows stay light.
 */
export function ContextMenu({ at, onClose, returnTo, children }: ContextMenuProps) {
  return (
    <Base.Root open={at !== null} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner
          className={styles.positioner}
          anchor={at === null || at instanceof Element ? at : pointAnchor(at)}
          side="bottom"
          align="start"
          sideOffset={2}
          collisionPadding={8}
        >
          <Base.Popup className={styles.popup} finalFocus={() => returnTo ?? true}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function pointAnchor({ x, y }: { x: number; y: number }) {
  return { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) };
}

export interface MenuItemProps {
  icon?: LucideIcon;
  shortcut?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
  testid?: string;
}

export function MenuItem(props: MenuItemProps) {
  const { icon: Icon, shortcut, danger, disabled, onSelect, children, testid } = props;
  return (
    <Base.Item
      className={cx(styles.item, danger && styles.danger)}
      disabled={disabled}
      onClick={onSelect}
      data-testid={testid}
    >
      {Icon && <Icon size={16} strokeWidth={1.8} aria-hidden />}
      <span className={styles.words}>{children}</span>
      {shortcut !== undefined && <Kbd keys={shortcut} />}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className={styles.separator} />;
}
