/** Sixty digits to compare: in twelve groups that keep their place, to be read, heard or copied. */
import { Copy, Square, Volume2 } from "lucide-react";
import { useId, useMemo } from "react";
import { Button } from "~/components/Button";
import { cx } from "~/components/cx";
import { showToast } from "~/components/Toast";
import { t } from "~/i18n/t";
import { copyBriefly } from "~/parts/clipboard";
import styles from "./SafetyNumber.module.css";
import { useReadAloud } from "./useReadAloud";

export const groupsOf = (digits: string): readonly string[] => digits.match(/\d{5}/g) ?? [];

export function SafetyNumber({ digits }: { digits: string }) {
  const heading = useId();
  const groups = useMemo(() => groupsOf(digits), [digits]);
  const places = groups.map((group, index) => ({ group, place: index + 1 }));
  const { offered, at, toggle } = useReadAloud(groups);
  const copy = async (): Promise<void> => {
    try {
      await copyBriefly(groups.join(" "));
      showToast({ text: t("verify.copied") });
    } catch {
      showToast({ text: t("copy.failed"), tone: "danger" });
    }
  };
  return (
    <section aria-labelledby={heading}>
      <div className={styles.head}>
        <h3 id={heading} className="type-heading">
          {t("verify.digits")}
        </h3>
        {offered && (
          <Button
            size="small"
            variant="ghost"
            icon={at === null ? Volume2 : Square}
            onClick={toggle}
            data-testid="verify-read-aloud"
          >
            {t(at === null ? "verify.readAloud" : "verify.stopReading")}
          </Button>
        )}
        <Button
          size="small"
          variant="ghost"
          icon={Copy}
          onClick={() => void copy()}
          data-testid="verify-copy"
        >
          {t("verify.copy")}
        </Button>
      </div>
      <ol
        className={styles.groups}
        dir="ltr"
        aria-labelledby={heading}
        data-testid="verify-digits"
        data-value={digits}
      >
        {places.map(({ group, place }) => (
          <li
            key={place}
            className={cx(place % 2 === 0 && styles.second, place - 1 === at && styles.read)}
          >
            <span aria-hidden>{group}</span>
            <span className="visually-hidden">
              {t("verify.group", { number: place, digits: [...group].join(" ") })}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
