import { useEffect } from "react";

const TYPED = "input, textarea, [contenteditable]";

/** Takes away what a browser does and a desktop program does not: its menu, dropped files as pages. */
export function useNativeManners(): void {
  useEffect(() => {
    const onMenu = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest(TYPED)) return;
      event.preventDefault();
    };
    const onDrop = (event: DragEvent) => event.preventDefault();
    window.addEventListener("contextmenu", onMenu);
    window.addEventListener("dragover", onDrop);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("contextmenu", onMenu);
      window.removeEventListener("dragover", onDrop);
      window.removeEventListener("drop", onDrop);
    };
  }, []);
}
