import { CircleAlert, X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { t } from "~/i18n/t";
import styles from "./Toast.module.css";

/** How long a toast stays; hovering or focusing it stops the clock. */
const SHOWN_MS = 6_000;
/** More than this at once is noise. */
const MOST_SHOWN = 2;

export interface ToastWords {
  text: string;
  tone?: "plain" | "danger";
  action?: { label: string; onSelect: () => void };
}

interface Shown extends ToastWords {
  id: number;
}

let shown: readonly Shown[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Shown[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says something in passing. Never the only place of an error that needs an answer. */
export function showToast(words: ToastWords): void {
  lastId += 1;
  const others = shown.filter(({ text }) => text !== words.text);
  set([...others, { ...words, id: lastId }].slice(-MOST_SHOWN));
}

function close(id: number): void {
  set(shown.filter((toast) => toast.id !== id));
}

/** Where toasts appear; the app mounts it once. The region is always there, so that it is heard. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return createPortal(
    // An open dialog hides everything from screen readers but what is marked with `aria-live`.
    <div className={styles.viewport} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>,
    document.body,
  );
}

function ToastView({ toast }: { toast: Shown }) {
  const { id, text, tone, action } = toast;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => close(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, held]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only stops the clock
    <div
      className={styles.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      data-testid="toast"
    >
      {tone === "danger" && <CircleAlert size={16} strokeWidth={2} aria-hidden />}
      <span className={styles.words}>{text}</span>
      {action && (
        <button
          type="button"
          className={styles.action}
          onClick={() => {
            close(id);
            action.onSelect();
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        className={styles.close}
        aria-label={t("common.close")}
        onClick={() => close(id)}
      >
        <X size={16} strokeWidth={1.8} aria-hidden />
      </button>
    </div>
  );
}
