import { Tabs as Base } from "@base-ui/react/tabs";
import type { LucideIcon } from "lucide-react";
import type { ReactNode, Ref } from "react";
import { cx } from "./cx";
import styles from "./Tabs.module.css";

export interface TabsProps<V extends string> {
  /** What the tabs are about, spoken. */
  label: string;
  value: V;
  onValueChange: (value: V) => void;
  tabs: readonly {
    value: V;
    label: string;
    icon?: LucideIcon;
    panel: ReactNode;
    testid?: string;
  }[];
  orientation?: "horizontal" | "vertical";
  /** The chosen tab, to begin with the focus on it. */
  chosenRef?: Ref<HTMLElement> | undefined;
  className?: string;
  listClassName?: string;
  panelClassName?: string;
  /** Each panel begins with a field, so that the panel need be no stop of its own. */
  panelsBeginWithField?: boolean;
}

/** Panels of which one is in sight. https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
export function Tabs<V extends string>(props: TabsProps<V>) {
  const { label, value, onValueChange, tabs, orientation = "horizontal" } = props;
  return (
    <Base.Root
      className={cx(styles.root, props.className)}
      value={value}
      onValueChange={(next) => onValueChange(next as V)}
      orientation={orientation}
    >
      <Base.List className={cx(styles.list, props.listClassName)} aria-label={label}>
        {tabs.map(({ value: key, label: words, icon: Icon, testid }) => (
          <Base.Tab
            key={key}
            ref={key === value ? props.chosenRef : undefined}
            value={key}
            className={styles.tab}
            data-testid={testid}
          >
            {Icon && <Icon size={18} strokeWidth={1.8} aria-hidden />}
            <span>{words}</span>
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ value: key, panel }) => (
        <Base.Panel
          key={key}
          value={key}
          tabIndex={props.panelsBeginWithField ? -1 : 0}
          className={cx(styles.panel, props.panelClassName)}
        >
          {panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
