/**
 * The frames of a camera as the shell takes them (`crates/engine/src/qr/frame.rs`): width and height,
 * two bytes each, big-endian, then a byte of grey a pixel.
 */

/** The longest side of a frame, pixels. */
export const MAX_FRAME_SIDE = 640;

/** The size in which a picture of a camera is to be drawn so that it can be a frame. */
export function frameSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MAX_FRAME_SIDE / Math.max(width, height, 1));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/** A frame of a picture in RGBA, as a canvas gives it. */
export function frameBytes(picture: ImageData): Uint8Array {
  const { width, height, data } = picture;
  const frame = new Uint8Array(4 + width * height);
  const header = new DataView(frame.buffer);
  header.setUint16(0, width);
  header.setUint16(2, height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = pixel * 4;
    // The weights of BT.601 in parts of 256, as cameras and their formats have them.
    const red = 77 * (data[at] ?? 0);
    const green = 150 * (data[at + 1] ?? 0);
    const blue = 29 * (data[at + 2] ?? 0);
    frame[4 + pixel] = (red + green + blue) >> 8;
  }
  return frame;
}
