/**
 * The clipboard, for what a page may not do by itself everywhere: read it when the person asks, and
 * write what the engine had to be asked for first. Where the web view refuses (WebKitGTK), the
 * program does it.
 */
import { ipc } from "~/ipc/client";

const pictureOf = (bytes: ArrayBuffer): Blob | null =>
  bytes.byteLength > 0 ? new Blob([bytes], { type: "image/png" }) : null;

/** Puts text on it that was not there yet when the person pressed. @throws when the system refuses. */
export async function copyLate(text: string): Promise<void> {
  if (!(await ipc.copyText(text))) await navigator.clipboard.writeText(text);
}

/** For how long a text that is copied briefly stays there, ms. */
const BRIEFLY_MS = 60_000;

/**
 * Puts text on it for a minute: what was copied by somebody else meanwhile stays.
 * @throws when the system refuses.
 */
export async function copyBriefly(text: string): Promise<void> {
  if (await ipc.copyBriefly(text)) return;
  await navigator.clipboard.writeText(text);
  setTimeout(() => void clearIfOurs(text), BRIEFLY_MS);
}

async function clearIfOurs(text: string): Promise<void> {
  try {
    if ((await navigator.clipboard.readText()) === text) await navigator.clipboard.writeText("");
  } catch {
    // Whoever may not look may not clear either.
  }
}

/** The text, empty if there is none. @throws when the system refuses. */
export async function clipboardText(): Promise<string> {
  return (await ipc.clipboardText()) ?? navigator.clipboard.readText();
}

/** The picture, if there is one. @throws when the system refuses. */
export async function clipboardPicture(): Promise<Blob | null> {
  const bytes = await ipc.clipboardPicture();
  if (bytes !== null) return pictureOf(bytes);
  for (const item of await navigator.clipboard.read()) {
    const image = item.types.find((type) => type.startsWith("image/"));
    if (image) return item.getType(image);
  }
  return null;
}

/** The picture of a paste event that brought nothing, as WebKitGTK's does for a picture. */
export async function keptFromPaste(): Promise<Blob | null> {
  const bytes = await ipc.clipboardPicture();
  return bytes === null ? null : pictureOf(bytes);
}
