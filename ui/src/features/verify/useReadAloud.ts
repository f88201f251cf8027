/**
 * Reads the groups of a number aloud, one after the other, with the voice of the system. Where there is
 * none nothing is offered.
 */
import { useEffect, useRef, useState } from "react";
import { locale } from "~/i18n/locale";

/** From the beginning of one group to that of the next, ms: slow enough to compare. */
const GROUP_MS = 1_600;

/** No voice needs so long for five digits, ms. */
const LONGEST_MS = 6_000;

export interface ReadAloud {
  readonly offered: boolean;
  /** The group that is being read, null while nothing is. */
  readonly at: number | null;
  readonly toggle: () => void;
}

const voice = (): SpeechSynthesis | null => window.speechSynthesis ?? null;

function useHasVoices(): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    const speech = voice();
    if (!speech) return;
    const look = (): void => setHas(speech.getVoices().length > 0);
    look();
    speech.addEventListener?.("voiceschanged", look);
    return () => speech.removeEventListener?.("voiceschanged", look);
  }, []);
  return has;
}

export function useReadAloud(groups: readonly string[]): ReadAloud {
  const offered = useHasVoices();
  const [at, setAt] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const speech = voice();
    const group = at === null ? undefined : groups[at];
    if (!speech || at === null || group === undefined) return;
    const words = new SpeechSynthesisUtterance([...group].join(" "));
    words.lang = locale().tag;
    const begun = performance.now();
    const next = (): void => {
      clearTimeout(timer.current);
      const rest = Math.max(0, GROUP_MS - (performance.now() - begun));
      timer.current = setTimeout(() => setAt(at + 1 < groups.length ? at + 1 : null), rest);
    };
    words.onend = next;
    // A voice that fails goes on in time: the group is still marked. So does one that never ends, as
    // on a computer without a loudspeaker.
    words.onerror = next;
    timer.current = setTimeout(next, LONGEST_MS);
    speech.speak(words);
    return () => {
      words.onend = null;
      words.onerror = null;
      clearTimeout(timer.current);
      speech.cancel();
    };
  }, [at, groups]);

  return { offered, at, toggle: () => setAt(at === null ? 0 : null) };
}
