import { useEffect } from "react";

const TYPED = "input, textarea, [contenteditable]";

/** Takes away what a browser does and a desktop program does not: its menu, dropped files as pages. */
export function useNativeManners(): void {
  useEffect(() => {
    const onMenu = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest(TYPED)) return;
      event.preventDefault();
    };
    const onDrag = (event: DragEvent) => {
      event.preventDefault();
      // The shell takes dropped files, but WebKit lets go of them unless the page would.
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    };
    const onDrop = (event: DragEvent) => event.preventDefault();
    window.addEventListener("contextmenu", onMenu);
    window.addEventListener("dragover", onDrag);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("contextmenu", onMenu);
      window.removeEventListener("dragover", onDrag);
      window.removeEventListener("drop", onDrop);
    };
  }, []);
}
