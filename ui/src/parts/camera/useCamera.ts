/**
 * A camera for as long as somebody looks for a code with it: asked for when it comes on screen, off as
 * soon as a code is found, the screen is left or nobody sees the window.
 */
import {
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { DialogIsOpen } from "~/components/openDialogs";
import { ipc } from "~/ipc/client";
import { MAX_FRAME_SIDE } from "~/ipc/frame";
import { type CameraFault, faultOf } from "./cameraFault";
import { sendFrames } from "./frames";

export type CameraState =
  | { readonly kind: "starting" | "on" | "foreign" | "found" }
  | { readonly kind: "fault"; readonly fault: CameraFault };

export interface CameraChoice {
  readonly id: string;
  /** Empty where the system does not tell. */
  readonly name: string;
}

export interface Camera {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly state: CameraState;
  readonly choices: readonly CameraChoice[];
  /** The id of the one that is in use, empty while none is. */
  readonly chosen: string;
  readonly choose: (id: string) => void;
  readonly again: () => void;
}

/** What is asked of a camera: enough for a code that fills a third of the picture, and no more than is
    sent on (`MAX_FRAME_SIDE`): every pixel of it is drawn, too. */
const wanted = (id: string): MediaStreamConstraints => ({
  audio: false,
  video: {
    width: { ideal: MAX_FRAME_SIDE },
    height: { ideal: 480 },
    ...(id === "" ? {} : { deviceId: { exact: id } }),
  },
});

const off = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};

/** Whether somebody can see the window: a camera that runs unseen frightens, and rightly so. */
function useIsSeen(): boolean {
  const [seen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    const look = (): void => setSeen(!document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return seen;
}

/** @param onCode the text of the first code of ours; the camera is off by then. */
export function useCamera(onCode: (code: string) => void): Camera {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>({ kind: "starting" });
  const [choices, setChoices] = useState<readonly CameraChoice[]>([]);
  const [asked, setAsked] = useState({ id: "", round: 0 });
  const [chosen, setChosen] = useState("");
  const latest = useRef(onCode);
  useEffect(() => {
    latest.current = onCode;
  });
  // A dialog that fades out is left already.
  const shown = useContext(DialogIsOpen);
  const seen = useIsSeen() && shown;

  const list = useCallback(async (): Promise<void> => {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    const cameras = devices.filter(({ kind }) => kind === "videoinput");
    setChoices(cameras.map(({ deviceId, label }) => ({ id: deviceId, name: label })));
  }, []);

  // Before the next picture is drawn: it must not be on for a moment longer than it is shown.
  useLayoutEffect(() => {
    if (!seen) return;
    const run = new Run(video, {
      onState: setState,
      onOn: (id) => {
        setChosen(id);
        list().catch(() => setChoices([]));
      },
      onCode: (code) => latest.current(code),
    });
    setState({ kind: "starting" });
    void run.begin(asked.id);
    return () => run.end();
  }, [asked, seen, list]);

  useEffect(() => {
    const changed = (): void => void list().catch(() => setChoices([]));
    navigator.mediaDevices?.addEventListener?.("devicechange", changed);
    return () => navigator.mediaDevices?.removeEventListener?.("devicechange", changed);
  }, [list]);

  return {
    video,
    state,
    choices,
    chosen,
    choose: (id) => setAsked(({ round }) => ({ id, round: round + 1 })),
    again: () => setAsked(({ round }) => ({ id: "", round: round + 1 })),
  };
}

interface Told {
  readonly onState: (state: CameraState) => void;
  readonly onOn: (id: string) => void;
  readonly onCode: (code: string) => void;
}

/** One camera from the question to its end. After `end` nothing is told, and nothing stays on. */
class Run {
  private stream: MediaStream | null = null;
  private frames: { stop: () => void } | null = null;
  private ended = false;
  /** The number of the scan, once it is open. */
  private scan: number | null = null;

  constructor(
    private readonly video: RefObject<HTMLVideoElement | null>,
    private readonly told: Told,
  ) {}

  async begin(id: string): Promise<void> {
    try {
      // The shell lets the page have the camera from here on, until the scan is closed.
      this.scan = await ipc.openScan();
      if (this.ended) {
        void this.close();
        return;
      }
      const stream = await navigator.mediaDevices.getUserMedia(wanted(id));
      // The screen may be left while the system still asks.
      if (this.ended) {
        off(stream);
        return;
      }
      this.use(stream);
    } catch (error) {
      this.fail(faultOf(error));
    }
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.stop();
  }

  private use(stream: MediaStream): void {
    this.stream = stream;
    const [track] = stream.getVideoTracks();
    const video = this.video.current;
    if (!track || !video) {
      this.fail("failed");
      return;
    }
    track.addEventListener("ended", () => this.fail("gone"));
    video.srcObject = stream;
    video.play().catch((error: unknown) => {
      // A picture that is taken away before it plays is no fault.
      if (!this.ended) this.fail(faultOf(error));
    });
    this.told.onState({ kind: "on" });
    this.told.onOn(track.getSettings().deviceId ?? "");
    this.frames = sendFrames(
      video,
      (seen) => {
        if (seen.kind === "found") this.found(seen.link);
        else if (seen.kind !== "passed")
          this.told.onState({ kind: seen.kind === "foreign" ? "foreign" : "on" });
      },
      () => this.fail("failed"),
    );
  }

  private found(code: string): void {
    if (this.ended) return;
    this.end();
    this.told.onState({ kind: "found" });
    this.told.onCode(code);
  }

  private fail(fault: CameraFault): void {
    if (this.ended) return;
    this.end();
    this.told.onState({ kind: "fault", fault });
  }

  private stop(): void {
    this.frames?.stop();
    if (this.stream) off(this.stream);
    const video = this.video.current;
    if (video && video.srcObject === this.stream) video.srcObject = null;
    void this.close();
  }

  private async close(): Promise<void> {
    if (this.scan === null) return;
    try {
      await ipc.closeScan(this.scan);
    } catch {
      // The program is going: so does the process that reads frames.
    }
  }
}
