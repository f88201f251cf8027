import { ChevronDown, ChevronUp, type LucideIcon } from "lucide-react";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { t } from "~/i18n/t";
import styles from "./Banner.module.css";
import { cx } from "./cx";
import { IconButton } from "./IconButton";

export interface BannerProps {
  tone?: "plain" | "warn" | "danger";
  icon?: LucideIcon;
  children: ReactNode;
  actions?: ReactNode;
  testid?: string;
}

/** What stands at the end of a banner besides its own buttons. */
export const BannerEnd = createContext<ReactNode>(null);

/** Whether the words of a part do not fit into it. */
function useCut() {
  const part = useRef<HTMLDivElement>(null);
  const [cut, setCut] = useState(false);
  useEffect(() => {
    const element = part.current;
    if (!element) return;
    const look = (): void => setCut(element.scrollHeight > element.clientHeight + 1);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    look();
    return () => observer.disconnect();
  }, []);
  return { part, cut };
}

/**
 * A line across a column about what is going on; spoken politely, a fault at once. It takes no more
 * than two lines until the person asks for the rest.
 */
export function Banner({ tone = "plain", icon: Icon, children, actions, testid }: BannerProps) {
  const end = useContext(BannerEnd);
  const { part, cut } = useCut();
  const [whole, setWhole] = useState(false);
  return (
    <div className={styles.frame}>
      <div
        className={cx(styles.banner, styles[tone], whole && styles.whole)}
        data-testid={testid}
        role={tone === "danger" ? "alert" : "status"}
      >
        {Icon && <Icon size={18} strokeWidth={1.8} aria-hidden />}
        <div ref={part} className={styles.words}>
          {children}
        </div>
        {(cut || whole) && (
          <IconButton
            size="small"
            icon={whole ? ChevronUp : ChevronDown}
            label={t(whole ? "banner.less" : "banner.whole")}
            aria-expanded={whole}
            onClick={() => setWhole(!whole)}
            data-testid="banner-whole"
          />
        )}
        {(actions || end) && (
          <div className={styles.actions}>
            {actions}
            {end}
          </div>
        )}
      </div>
    </div>
  );
}
