import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert } from "lucide-react";
import styles from "./Toast.module.css";

const manager = Base.createToastManager();

/** How long a toast stays; hovering or focusing it stops the clock. */
const SHOWN_MS = 6_000;

export interface ToastWords {
  text: string;
  tone?: "plain" | "danger";
  action?: { label: string; onSelect: () => void };
}

/** Says something in passing. Never the only place of an error that needs an answer. */
export function showToast({ text, tone = "plain", action }: ToastWords): void {
  const id: string = manager.add({
    title: text,
    type: tone,
    timeout: SHOWN_MS,
    actionProps: action && {
      children: action.label,
      onClick: () => {
        manager.close(id);
        action.onSelect();
      },
    },
  });
}

/** Where toasts appear; the app mounts it once. */
export function Toaster() {
  return (
    <Base.Provider toastManager={manager} limit={2} timeout={SHOWN_MS}>
      <Base.Portal>
        <Base.Viewport className={styles.viewport}>
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Toasts() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root key={toast.id} toast={toast} className={styles.toast}>
      {toast.type === "danger" && <CircleAlert size={16} aria-hidden />}
      <Base.Title className={styles.words} data-testid="toast" render={<p />} />
      {toast.actionProps && <Base.Action className={styles.action} />}
    </Base.Root>
  ));
}
