/**
 * From a link, a text or a picture to what it says, and from there to a contact. Nothing is done with
 * a link before the person has seen what it is.
 */
import { useCallback, useRef, useState } from "react";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ChatId, LinkView } from "~/ipc/bindings";
import { codeOf, IpcError, ipc } from "~/ipc/client";
import { useAction } from "~/state/useAction";
import { clipboardPicture, clipboardText, keptFromPaste } from "./clipboard";
import { findLink } from "./findLink";
import type { Outside } from "./outside";
import { codeOfPicture } from "./pictureCode";

export interface FoundLink {
  readonly link: string;
  readonly view: LinkView;
  /** It came from outside of the window: nobody here has asked for it. */
  readonly outside: boolean;
  /** The camera of this computer saw it just now. */
  readonly camera: boolean;
}

export interface LinkForm {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly name: string;
  readonly setName: (name: string) => void;
  /** Whether the person agreed to the relays of the link that ask for it. */
  readonly allowPrivate: boolean;
  readonly setAllowPrivate: (allowed: boolean) => void;
  /** Why the text or picture could not be used, or why the person was not added. */
  readonly fault: string | null;
  /** Why nothing was pasted: there is nothing of use, or the system refused. */
  readonly unpasted: "none" | "refused" | null;
  readonly busy: boolean;
  readonly found: FoundLink | null;
  readonly read: (text: string) => void;
  /** Reads what the live camera saw. */
  readonly scanned: (code: string) => void;
  readonly readPicture: (picture: Blob) => void;
  readonly choosePicture: () => void;
  /** Reads the code on the screen. */
  readonly readScreen: () => void;
  /** Reads what the clipboard holds. Only after a press. */
  readonly paste: () => void;
  /** The same for a paste event that brought nothing. */
  readonly pasteKept: () => void;
  /** Reads, or says why there is nothing to read; false while something else is done. */
  readonly takeOutside: (item: Outside) => boolean;
  /** How often `takeOutside` had nothing to read. */
  readonly refusals: number;
  /** What is read now is not wanted any more. */
  readonly forget: () => void;
  /** Back to the text. */
  readonly back: () => void;
  /** Adds the person; gives the chat, or null if that was refused. */
  readonly add: () => Promise<ChatId | null>;
}

export function useLinkForm(): LinkForm {
  const [text, setText] = useState("");
  const [name, setName] = useState("");
  const [allowPrivate, setAllowPrivate] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [unpasted, setUnpasted] = useState<LinkForm["unpasted"]>(null);
  const [found, setFound] = useState<FoundLink | null>(null);
  const [refusals, setRefusals] = useState(0);
  const { busy, run } = useAction();
  const running = useRef(false);
  /** Counts what was asked for: an answer that comes after something else happened is dropped. */
  const turn = useRef(0);
  const forget = useCallback(() => {
    turn.current += 1;
  }, []);

  const clear = (): void => {
    setFault(null);
    setUnpasted(null);
  };
  /** Runs a step and says why it was refused; null while another one runs. */
  const attempt = (step: (wanted: () => boolean) => Promise<void>): Promise<unknown> | null => {
    if (running.current) return null;
    running.current = true;
    turn.current += 1;
    const mine = turn.current;
    const wanted = (): boolean => turn.current === mine;
    clear();
    return run(async () => {
      try {
        await step(wanted);
      } catch (error) {
        if (wanted()) setFault(errorSentence(codeOf(error)));
      } finally {
        running.current = false;
      }
    });
  };
  const look = async (
    from: string,
    wanted: () => boolean,
    { outside = false, camera = false } = {},
  ): Promise<void> => {
    const link = findLink(from) ?? from.trim();
    const view = await ipc.readLink(link);
    if (!wanted()) return;
    const over = view.what.kind === "invite" && view.what.expires_at <= Date.now();
    if (over) throw new IpcError("invite_expired");
    // What somebody else would have been called, and was agreed to for them.
    setName("");
    setAllowPrivate(false);
    setFound({ link, view, outside, camera });
  };
  const lookInto = async (picture: Blob, wanted: () => boolean): Promise<void> => {
    await look(await codeOfPicture(picture), wanted);
  };

  return {
    text,
    setText: (next) => {
      forget();
      setText(next);
      clear();
    },
    name,
    setName,
    allowPrivate,
    setAllowPrivate,
    fault,
    unpasted,
    busy,
    found,
    read: (from) => {
      setText(from);
      if (from.trim() === "") setFault(t("link.empty"));
      else attempt((wanted) => look(from, wanted));
    },
    scanned: (code) => void attempt((wanted) => look(code, wanted, { camera: true })),
    readPicture: (picture) => void attempt((wanted) => lookInto(picture, wanted)),
    readScreen: () =>
      void attempt(async (wanted) => {
        const content = await ipc.readScreenCode();
        if (content !== null && wanted()) await look(content, wanted);
      }),
    choosePicture: () =>
      void attempt(async (wanted) => {
        const content = await ipc.chooseCodePicture();
        if (content !== null && wanted()) await look(content, wanted);
      }),
    paste: () =>
      void attempt(async (wanted) => {
        const clip = await readClipboard();
        if (!wanted()) return;
        switch (clip.kind) {
          case "link":
            setText(clip.link);
            return look(clip.link, wanted);
          case "picture":
            return lookInto(clip.picture, wanted);
          case "none":
          case "refused":
            setUnpasted(clip.kind);
        }
      }),
    pasteKept: () =>
      void attempt(async (wanted) => {
        const picture = await keptFromPaste();
        if (picture && wanted()) await lookInto(picture, wanted);
      }),
    takeOutside: (item) => {
      if (running.current) return false;
      if (item.kind === "link") {
        void attempt(async (wanted) => {
          try {
            // Nobody asks for it a second time, so it is wanted whatever happens meanwhile.
            await look(item.link, () => true, { outside: true });
          } catch (error) {
            // Beside what is wrong with it. One that is asked about leaves the field as it was.
            if (wanted()) setText(item.link);
            throw error;
          }
        });
        return true;
      }
      clear();
      setFault(errorSentence(item.code));
      setRefusals((count) => count + 1);
      return true;
    },
    refusals,
    forget,
    back: () => {
      setFound(null);
      setFault(null);
    },
    add: async () => {
      let chat: ChatId | null = null;
      await attempt(async () => {
        if (!found) return;
        chat = await ipc.addByLink(found.link, name.trim(), allowPrivate, found.camera);
      });
      return chat;
    },
  };
}

/** What the clipboard holds for this form: a link, a picture, nothing, or it may not be read. */
type Clip =
  | { readonly kind: "link"; readonly link: string }
  | { readonly kind: "picture"; readonly picture: Blob }
  | { readonly kind: "none" | "refused" };

/** A link is looked for first: what was copied from a page can be a link and its picture. */
async function readClipboard(): Promise<Clip> {
  try {
    const text = await clipboardText().catch(() => null);
    const link = text === null ? null : findLink(text);
    if (link !== null) return { kind: "link", link };
    const picture = await clipboardPicture();
    if (picture) return { kind: "picture", picture };
    return { kind: text === null ? "refused" : "none" };
  } catch {
    return { kind: "refused" };
  }
}
