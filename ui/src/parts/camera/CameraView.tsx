/** The picture of a camera with the place for a code, or why there is none. */
import { CameraOff, CircleCheck } from "lucide-react";
import { Button } from "~/components/Button";
import { cx } from "~/components/cx";
import { Select } from "~/components/Select";
import { Spinner } from "~/components/Spinner";
import { type MessageKey, t } from "~/i18n/t";
import styles from "./CameraView.module.css";
import type { CameraFault } from "./cameraFault";
import { type Camera, type CameraState, useCamera } from "./useCamera";

export interface CameraViewProps {
  /** The text of the first code of ours that was before the camera. It is off by then. */
  readonly onCode: (code: string) => void;
}

export function CameraView({ onCode }: CameraViewProps) {
  const camera = useCamera(onCode);
  const { state, video } = camera;
  const runs = state.kind === "on" || state.kind === "foreign";
  return (
    <div className={styles.camera} data-testid="camera" data-state={stateOf(state)}>
      <div className={styles.picture}>
        <video
          ref={video}
          className={cx(styles.video, !runs && styles.dark)}
          aria-label={t("camera.picture")}
          muted
          playsInline
        />
        {runs && <Corners />}
        {state.kind === "starting" && (
          <div className={styles.over}>
            <Spinner label={t("camera.starting")} />
          </div>
        )}
        {state.kind === "found" && (
          <div className={styles.over}>
            <CircleCheck size={32} strokeWidth={1.8} aria-hidden />
          </div>
        )}
        {state.kind === "fault" && <NoPicture fault={state.fault} onAgain={camera.again} />}
      </div>
      <p role="status" className={styles.words} data-testid="camera-words">
        {runs && t(state.kind === "foreign" ? "camera.foreign" : "camera.look")}
        {state.kind === "found" && t("camera.found")}
      </p>
      <Choice camera={camera} />
    </div>
  );
}

const stateOf = (state: CameraState): string => (state.kind === "fault" ? state.fault : state.kind);

/** Where the code is to be held. */
function Corners() {
  return (
    <svg className={styles.corners} viewBox="0 0 100 100" aria-hidden>
      <path d="M2 22V8a6 6 0 0 1 6-6h14M78 2h14a6 6 0 0 1 6 6v14M98 78v14a6 6 0 0 1-6 6H78M22 98H8a6 6 0 0 1-6-6V78" />
    </svg>
  );
}

const FAULTS: Readonly<Record<CameraFault, readonly [MessageKey, MessageKey]>> = {
  none: ["camera.none", "camera.none.hint"],
  refused: ["camera.refused", "camera.refused.hint"],
  busy: ["camera.busy", "camera.busy.hint"],
  gone: ["camera.gone", "camera.gone.hint"],
  failed: ["camera.failed", "camera.failed.hint"],
};

function NoPicture({ fault, onAgain }: { fault: CameraFault; onAgain: () => void }) {
  const [title, hint] = FAULTS[fault];
  return (
    <div role="alert" className={styles.none} data-testid="camera-fault">
      <CameraOff size={28} strokeWidth={1.8} aria-hidden />
      <p className={styles.title}>{t(title)}</p>
      <p>{t(hint)}</p>
      <Button size="small" onClick={onAgain} data-testid="camera-again">
        {t("common.tryAgain")}
      </Button>
    </div>
  );
}

/** Which camera, where there are several. */
function Choice({ camera: { choices, chosen, choose, state } }: { camera: Camera }) {
  if (choices.length < 2 || state.kind === "found") return null;
  return (
    <Select
      label={t("camera.which")}
      hideLabel
      value={chosen}
      onValueChange={choose}
      options={choices.map(({ id, name }, index) => ({
        value: id,
        label: name || t("camera.nameless", { number: index + 1 }),
      }))}
      testid="camera-choice"
    />
  );
}
