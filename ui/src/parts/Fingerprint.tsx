/** The beginning of a fingerprint, enough to tell two keys apart in a list: 16 of 64 digits. */
import { inGroups } from "~/components/CopyField";
import { t } from "~/i18n/t";
import styles from "./Fingerprint.module.css";

const SHORT_DIGITS = 16;

export function Fingerprint({ digits }: { digits: string }) {
  const short = inGroups(digits.slice(0, SHORT_DIGITS), 4);
  return (
    <span className={styles.digits} dir="ltr">
      <span aria-hidden>{short}</span>
      <span className="visually-hidden">{t("people.fingerprint", { digits: short })}</span>
    </span>
  );
}
