/**
 * What is going on, one line at a time: the most pressing banner is shown, and how many more there
 * are. They are all shown when the person asks for them.
 */
import { type ReactNode, useState } from "react";
import { t } from "~/i18n/t";
import { BannerEnd } from "./Banner";
import styles from "./Banner.module.css";

export interface Notice {
  /** Tells it from the others. */
  readonly id: string;
  /** The lowest is the most pressing. */
  readonly rank: number;
  /** A `Banner`. */
  readonly banner: ReactNode;
}

export function Banners({ notices }: { notices: readonly Notice[] }) {
  const [open, setOpen] = useState(false);
  const sorted = [...notices].sort((one, other) => one.rank - other.rank);
  const more = sorted.length - 1;
  const shown = open ? sorted : sorted.slice(0, 1);
  return shown.map(({ id, banner }, index) => (
    <BannerEnd.Provider
      key={id}
      value={
        index === 0 && more > 0 ? (
          <button
            type="button"
            className={styles.more}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            data-testid="banner-more"
          >
            {open ? t("banner.fewer") : t("banner.more", { count: more })}
          </button>
        ) : null
      }
    >
      {banner}
    </BannerEnd.Provider>
  ));
}
