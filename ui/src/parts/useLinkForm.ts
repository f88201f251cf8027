/**
 * From a link, a text or a picture to what it says, and from there to a contact. Nothing is done with
 * a link before the person has seen what it is.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ChatId, ErrorCode, LinkView } from "~/ipc/bindings";
import { codeOf, IpcError, ipc } from "~/ipc/client";
import { useAction } from "~/state/useAction";
import { clipboardPicture, clipboardText } from "./clipboard";

/** Longer texts are not looked at: a link has at most 271 characters. */
const LONGEST = 4096;
/** Larger pictures are not read, bytes. */
const LARGEST_PICTURE = 20 * 1024 * 1024;

/** The link in a text that somebody sent, with whatever stands around it. */
export function findLink(text: string): string | null {
  if (text.length > LONGEST) return null;
  return /(?:^|\s)(sotto:add#[\w-]+)/.exec(text)?.[1] ?? null;
}

export interface FoundLink {
  readonly link: string;
  readonly view: LinkView;
}

export interface LinkForm {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly name: string;
  readonly setName: (name: string) => void;
  /** Why the text or picture could not be used, or why the person was not added. */
  readonly fault: string | null;
  readonly busy: boolean;
  readonly found: FoundLink | null;
  readonly read: (text: string) => void;
  readonly readPicture: (picture: Blob) => void;
  readonly choosePicture: () => void;
  /** Says why what came from outside of the window is of no use. */
  readonly refuse: (code: ErrorCode) => void;
  /** Back to the text. */
  readonly back: () => void;
  /** Adds the person; gives the chat, or null if that was refused. */
  readonly add: () => Promise<ChatId | null>;
}

/**
 * @param opened a link that is read at once, as the system opened the program with it.
 * @param refused why there was none to be read.
 */
export function useLinkForm(opened?: string, refused?: ErrorCode): LinkForm {
  const [text, setText] = useState(opened ?? "");
  const [name, setName] = useState("");
  const [fault, setFault] = useState(refused ? errorSentence(refused) : null);
  const [found, setFound] = useState<FoundLink | null>(null);
  const { busy, run } = useAction();

  /** Runs a step and says why it was refused. */
  const attempt = useCallback(
    (step: () => Promise<void>) => {
      setFault(null);
      return run(async () => {
        try {
          await step();
        } catch (error) {
          setFault(errorSentence(codeOf(error)));
        }
      });
    },
    [run],
  );
  const look = useCallback(async (from: string): Promise<void> => {
    const link = findLink(from) ?? from.trim();
    const view = await ipc.readLink(link);
    const over = view.what.kind === "invite" && view.what.expires_at <= Date.now();
    if (over) setFault(errorSentence("invite_expired"));
    else setFound({ link, view });
  }, []);
  const read = useCallback(
    (from: string): void => {
      setText(from);
      if (from.trim() === "") setFault(t("link.empty"));
      else void attempt(() => look(from));
    },
    [attempt, look],
  );

  const begun = useRef(false);
  useEffect(() => {
    if (opened === undefined || begun.current) return;
    begun.current = true;
    read(opened);
  }, [opened, read]);

  return {
    text,
    setText: (next) => {
      setText(next);
      setFault(null);
    },
    name,
    setName,
    fault,
    busy,
    found,
    read,
    readPicture: (picture) =>
      void attempt(async () => {
        if (picture.size > LARGEST_PICTURE) throw new IpcError("picture_too_large");
        const bytes = new Uint8Array(await picture.arrayBuffer());
        await look(await ipc.readCodePicture(bytes));
      }),
    choosePicture: () =>
      void attempt(async () => {
        const content = await ipc.chooseCodePicture();
        if (content !== null) await look(content);
      }),
    refuse: (code) => {
      setFound(null);
      setFault(errorSentence(code));
    },
    back: () => {
      setFound(null);
      setFault(null);
    },
    add: async () => {
      let chat: ChatId | null = null;
      await attempt(async () => {
        if (found) chat = await ipc.addByLink(found.link, name.trim());
      });
      return chat;
    },
  };
}

/** What the clipboard holds for this form: a link, a picture, nothing, or it may not be read. */
export type Clip =
  | { readonly kind: "link"; readonly link: string }
  | { readonly kind: "picture"; readonly picture: Blob }
  | { readonly kind: "none" | "refused" };

export async function readClipboard(): Promise<Clip> {
  try {
    const picture = await clipboardPicture();
    if (picture) return { kind: "picture", picture };
    const link = findLink(await clipboardText());
    return link === null ? { kind: "none" } : { kind: "link", link };
  } catch {
    return { kind: "refused" };
  }
}

/** The same where the system allows it without asking the person. */
export async function readClipboardQuietly(): Promise<Clip | null> {
  try {
    const allowed = await navigator.permissions.query({ name: "clipboard-read" as PermissionName });
    return allowed.state === "granted" ? await readClipboard() : null;
  } catch {
    return null;
  }
}
