/**
 * The frames of a video on their way to the engine: one at a time, the newest, as grey bytes. They are
 * taken as the camera gives them, not mirrored as they are shown.
 */
import type { FrameView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { frameBytes, frameSize } from "~/ipc/frame";

/** The shortest time between two frames that are sent, ms: 8 a second find a code while it is held still. */
const BETWEEN_MS = 125;

/**
 * Sends frames until it is stopped.
 *
 * @param onSeen what each frame showed; nothing after `stop`.
 * @param onFailed the engine refused one. Nothing is sent any more.
 */
export function sendFrames(
  video: HTMLVideoElement,
  onSeen: (seen: FrameView) => void,
  onFailed: (error: unknown) => void,
): { stop: () => void } {
  const canvas = document.createElement("canvas");
  // Read back at once, frame by frame.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const take = (): Uint8Array | null => {
    if (!context || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const { width, height } = frameSize(video.videoWidth, video.videoHeight);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.drawImage(video, 0, 0, width, height);
    return frameBytes(context.getImageData(0, 0, width, height));
  };
  const next = async (): Promise<void> => {
    const begun = performance.now();
    try {
      const frame = take();
      if (frame) {
        const seen = await ipc.scanFrame(frame);
        if (stopped) return;
        onSeen(seen);
      }
    } catch (error) {
      if (!stopped) onFailed(error);
      return;
    }
    if (stopped) return;
    const rest = Math.max(0, BETWEEN_MS - (performance.now() - begun));
    timer = setTimeout(() => void next(), rest);
  };
  void next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
