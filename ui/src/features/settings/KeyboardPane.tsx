/** The tables of key combinations, to read: one for each part of the window that has its own. */
import { Kbd } from "~/components/Kbd";
import { SHORTCUTS } from "~/components/shortcuts";
import { type MessageKey, t } from "~/i18n/t";
import { useSettings } from "~/state/selectors";
import styles from "./KeyboardPane.module.css";

interface Row {
  readonly keys: string;
  readonly label: MessageKey;
}

const LIST: readonly Row[] = [
  { keys: "End", label: "keys.newest" },
  { keys: "Ctrl C", label: "keys.copy" },
  { keys: "Delete", label: "keys.delete" },
  { keys: "Shift F10", label: "keys.menu" },
];

export function KeyboardPane() {
  const { enterSends } = useSettings();
  const composer: readonly Row[] = [
    { keys: enterSends ? "Enter" : "Ctrl Enter", label: "keys.send" },
    { keys: enterSends ? "Shift Enter" : "Enter", label: "keys.newLine" },
  ];
  return (
    <>
      <Table title="settings.keyboard.window" rows={SHORTCUTS} />
      <Table title="settings.keyboard.list" rows={LIST} />
      <Table title="settings.keyboard.composer" rows={composer} />
    </>
  );
}

function Table({ title, rows }: { title: MessageKey; rows: readonly Row[] }) {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{t(title)}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t("settings.keyboard.does")}</th>
          <th scope="col">{t("settings.keyboard.keys")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ keys, label }) => (
          <tr key={label}>
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
