/**
 * A camera for tests of the page: jsdom has none. It answers as the browser would, and tells what was
 * asked of it and whether it is on. The real one is in the tests of the window.
 */
import { onTestFinished, vi } from "vitest";

export class FakeTrack extends EventTarget {
  readonly kind = "video";
  on = true;
  constructor(readonly deviceId: string) {
    super();
  }
  getSettings = () => ({ deviceId: this.deviceId });
  stop(): void {
    this.on = false;
  }
  /** As if it were pulled out. */
  unplug(): void {
    this.on = false;
    this.dispatchEvent(new Event("ended"));
  }
}

export interface FakeCamera {
  readonly tracks: FakeTrack[];
  /** Ids that were asked for, empty for any. */
  readonly asked: string[];
  /** Why the next question is refused. */
  refusal: string | null;
  devices: { deviceId: string; label: string }[];
  /** Holds answers back until it is called. */
  answer: Promise<void>;
}

/** Puts a camera into the page until the test ends, with a video that has pictures. */
export function plugIn(): FakeCamera {
  const camera: FakeCamera = {
    tracks: [],
    asked: [],
    refusal: null,
    devices: [{ deviceId: "a", label: "Built-in" }],
    answer: Promise.resolve(),
  };
  const getUserMedia = async ({ video }: MediaStreamConstraints): Promise<unknown> => {
    const exact = (video as { deviceId?: { exact: string } }).deviceId?.exact ?? "";
    camera.asked.push(exact);
    await camera.answer;
    if (camera.refusal !== null) throw new DOMException("", camera.refusal);
    const track = new FakeTrack(exact || "a");
    camera.tracks.push(track);
    return { getTracks: () => [track], getVideoTracks: () => [track] };
  };
  const devices = Object.assign(new EventTarget(), {
    getUserMedia,
    enumerateDevices: async () =>
      camera.devices.map((device) => ({ kind: "videoinput", ...device })),
  });
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: devices });
  const video = HTMLMediaElement.prototype;
  const play = vi.spyOn(video, "play").mockResolvedValue();
  const sized = (name: string, value: number) =>
    Object.defineProperty(HTMLVideoElement.prototype, name, {
      configurable: true,
      get: () => value,
    });
  sized("videoWidth", 640);
  sized("videoHeight", 480);
  sized("readyState", 4);
  const context = {
    drawImage: () => undefined,
    getImageData: (_x: number, _y: number, width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(width * height * 4),
    }),
  };
  const canvas = vi
    .spyOn(HTMLCanvasElement.prototype, "getContext")
    .mockReturnValue(context as unknown as GPUCanvasContext);
  onTestFinished(() => {
    play.mockRestore();
    canvas.mockRestore();
    for (const name of ["videoWidth", "videoHeight", "readyState"])
      Reflect.deleteProperty(HTMLVideoElement.prototype, name);
    Reflect.deleteProperty(navigator, "mediaDevices");
  });
  return camera;
}
