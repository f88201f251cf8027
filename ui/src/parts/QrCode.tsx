/** A code to be scanned from the screen: always black on white, whatever the theme. */
import type { QrMatrix } from "~/ipc/bindings";
import styles from "./QrCode.module.css";

export interface QrCodeProps {
  readonly code: QrMatrix;
  /** What it is, spoken. Its link stands beside it for those who cannot scan. */
  readonly label: string;
  readonly testid?: string;
}

/** Cameras read smaller ones badly, px. */
const LEAST_PX = 220;

export function QrCode({ code, label, testid }: QrCodeProps) {
  // Whole pixels a module: edges stay sharp.
  const size = code.side * Math.ceil(LEAST_PX / code.side);
  return (
    <svg
      className={styles.code}
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${code.side} ${code.side}`}
      shapeRendering="crispEdges"
      data-testid={testid}
    >
      <rect width={code.side} height={code.side} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}
