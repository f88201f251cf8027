import { useSyncExternalStore } from "react";

function listen(changed: () => void) {
  window.addEventListener("focus", changed);
  window.addEventListener("blur", changed);
  document.addEventListener("visibilitychange", changed);
  return () => {
    window.removeEventListener("focus", changed);
    window.removeEventListener("blur", changed);
    document.removeEventListener("visibilitychange", changed);
  };
}

/** Whether the person is in this window. */
export function useFocused(): boolean {
  return useSyncExternalStore(
    listen,
    () => document.visibilityState === "visible" && document.hasFocus(),
  );
}
