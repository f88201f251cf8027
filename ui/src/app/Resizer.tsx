import { type PointerEvent, useRef } from "react";
import { t } from "~/i18n/t";
import styles from "./MainWindow.module.css";
import { SIDEBAR, shell, useShell } from "./shell";

const STEP_PX = 20;

/** The edge between list and chat. https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/ */
export function Resizer() {
  const width = useShell((state) => state.sidebarWidth);
  const from = useRef<{ x: number; width: number } | null>(null);
  const direction = () => (document.documentElement.dir === "rtl" ? -1 : 1);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!from.current) return;
    shell.resize(from.current.width + (event.clientX - from.current.x) * direction());
  };
  return (
    <div
      role="separator"
      className={styles.resizer}
      aria-orientation="vertical"
      aria-label={t("main.resize")}
      aria-valuenow={width}
      aria-valuemin={SIDEBAR.least}
      aria-valuemax={SIDEBAR.most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => shell.resize(SIDEBAR.usual)}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        shell.resize(width + step * direction());
      }}
    />
  );
}
