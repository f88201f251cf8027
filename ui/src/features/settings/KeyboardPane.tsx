/** The table of key combinations, to read. */
import { Kbd } from "~/components/Kbd";
import { SHORTCUTS } from "~/components/shortcuts";
import { t } from "~/i18n/t";
import styles from "./KeyboardPane.module.css";

export function KeyboardPane() {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{t("settings.keyboard.text")}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t("settings.keyboard.does")}</th>
          <th scope="col">{t("settings.keyboard.keys")}</th>
        </tr>
      </thead>
      <tbody>
        {SHORTCUTS.map(({ id, keys, label }) => (
          <tr key={id}>
            <td>{t(label)}</td>
            <td className={styles.keys}>
              <Kbd keys={keys} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
