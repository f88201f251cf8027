/**
 * Comparing keys with one contact, from what was read to what came of it. Only the live camera marks
 * at once; whatever came in another way is compared first and then asked about.
 */
import { useRef, useState } from "react";
import type { CameFrom, ContactId, ErrorCode, Verdict } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";

/** What is compared: the text of a code, or digits. */
export interface Read {
  readonly kind: "code" | "digits";
  readonly text: string;
  /** The person compared the number on screen by eye. */
  readonly byEye: boolean;
}

export type VerifyStep =
  | { readonly kind: "compare" }
  /** It matches; where did it come from? */
  | { readonly kind: "where"; readonly read: Read }
  | { readonly kind: "verdict"; readonly verdict: Verdict; readonly read: Read | null };

export interface Verify {
  readonly step: VerifyStep;
  /** Why something could not be compared. */
  readonly fault: ErrorCode | null;
  readonly busy: boolean;
  /** From the live camera. */
  readonly scanned: (code: string) => void;
  /** From a picture or the clipboard. */
  readonly given: (code: string) => void;
  readonly digits: (digits: string) => void;
  /** The person compared the number on screen with the other's. */
  readonly matchesByEye: (digits: string) => void;
  readonly answerWhere: (cameFrom: CameFrom) => void;
  readonly answerSeen: (seen: boolean) => void;
  readonly theyDiffer: () => void;
  /** Runs a step that reads something; its refusal is shown as of any other. */
  readonly read: (from: () => Promise<string | null>) => void;
  /** Back to the codes and the number. */
  readonly back: () => void;
}

const DIFFERS: Verdict = { kind: "differs" };
const THEIRS: Verdict = { kind: "verified", asks: false };

export function useVerify(contact: ContactId): Verify {
  const [step, setStep] = useState<VerifyStep>({ kind: "compare" });
  const [fault, setFault] = useState<ErrorCode | null>(null);
  const [busy, setBusy] = useState(false);
  /** Counts what was begun: what is read counts for nothing once the person has decided. */
  const turn = useRef(0);
  const running = useRef<"reading" | "deciding" | null>(null);

  /** One at a time; but a decision never waits for something that is being read. */
  const run = async (
    kind: "reading" | "deciding",
    what: (wanted: () => boolean) => Promise<void>,
  ): Promise<void> => {
    if (running.current === "deciding" || (running.current && kind === "reading")) return;
    running.current = kind;
    turn.current += 1;
    const mine = turn.current;
    const wanted = (): boolean => turn.current === mine;
    setBusy(true);
    setFault(null);
    try {
      await what(wanted);
    } catch (error) {
      if (wanted()) setFault(codeOf(error));
    } finally {
      if (wanted()) {
        running.current = null;
        setBusy(false);
      }
    }
  };
  const check = ({ kind, text }: Read, cameFrom: CameFrom | null): Promise<Verdict> =>
    kind === "code"
      ? ipc.checkCode(contact, text, cameFrom)
      : ipc.checkDigits(contact, text, cameFrom);
  const end = (verdict: Verdict, read: Read | null): void =>
    setStep({ kind: "verdict", verdict, read });
  /** Compares without marking; a match is asked about. */
  const compare = async (read: Read, wanted: () => boolean): Promise<void> => {
    const verdict = await check(read, null);
    if (!wanted()) return;
    const asks =
      verdict.kind === "matches" || (verdict.kind === "matches_other_key" && read.kind === "code");
    if (asks) setStep({ kind: "where", read });
    else end(verdict, read);
  };
  const code = (text: string): Read => ({ kind: "code", text, byEye: false });

  return {
    step,
    fault,
    busy,
    scanned: (text) =>
      void run("reading", async (wanted) => {
        const read = code(text);
        const verdict = await check(read, "camera");
        if (wanted()) end(verdict, read);
      }),
    given: (text) => void run("reading", (wanted) => compare(code(text), wanted)),
    digits: (text) =>
      void run("reading", (wanted) => compare({ kind: "digits", text, byEye: false }, wanted)),
    matchesByEye: (text) =>
      void run("reading", (wanted) => compare({ kind: "digits", text, byEye: true }, wanted)),
    answerWhere: (cameFrom) =>
      void run("deciding", async () => {
        if (step.kind === "where") end(await check(step.read, cameFrom), step.read);
      }),
    answerSeen: (seen) =>
      void run("deciding", async () => {
        await ipc.answerSeen(contact, seen);
        end(seen ? THEIRS : DIFFERS, null);
      }),
    theyDiffer: () =>
      void run("deciding", async () => {
        await ipc.theyDiffer(contact);
        end(DIFFERS, null);
      }),
    read: (from) =>
      void run("reading", async (wanted) => {
        const text = await from();
        if (text !== null && wanted()) await compare(code(text), wanted);
      }),
    back: () => {
      setFault(null);
      setStep({ kind: "compare" });
    },
  };
}
