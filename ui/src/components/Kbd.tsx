import styles from "./Kbd.module.css";

/** Whether Command takes the place of Control here. */
export const isMac = /Mac/.test(navigator.userAgent);

/** The keys as this computer names them. */
export function spokenKeys(keys: string): string {
  return isMac ? keys.replace("Ctrl", "⌘").replace("Alt", "⌥").replace("Shift", "⇧") : keys;
}

/** Keys that do something; decorative, the control itself carries `aria-keyshortcuts`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className={styles.kbd} aria-hidden>
      {spokenKeys(keys)}
    </kbd>
  );
}
