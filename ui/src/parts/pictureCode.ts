/** The text of a code from a picture or the clipboard, for the places that ask for one. */
import { IpcError, ipc } from "~/ipc/client";
import { clipboardPicture, clipboardText } from "./clipboard";

/** Larger pictures are not read, bytes. */
const LARGEST_PICTURE = 20 * 1024 * 1024;

/** Reads the code in a picture. @throws IpcError if there is none, or it cannot be read. */
export async function codeOfPicture(picture: Blob): Promise<string> {
  if (picture.size > LARGEST_PICTURE) throw new IpcError("picture_too_large");
  return ipc.readCodePicture(new Uint8Array(await picture.arrayBuffer()));
}

/**
 * What the clipboard has: its text, or the code in its picture.
 * @throws IpcError if it has neither.
 */
export async function pastedCode(): Promise<string> {
  const text = await clipboardText().catch(() => "");
  if (text.trim() !== "") return text.trim();
  const picture = await clipboardPicture().catch(() => null);
  if (!picture) throw new IpcError("no_code");
  return codeOfPicture(picture);
}
