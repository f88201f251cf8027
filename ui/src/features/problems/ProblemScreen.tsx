/**
 * What is in the way of starting, in the whole window, with every way out that exists. The old
 * folder is never deleted from here: starting new moves it aside, and asks first.
 */
import {
  CircleAlert,
  FolderX,
  HardDrive,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
} from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Screen } from "~/components/Screen";
import { TextField } from "~/components/TextField";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { StartProblem } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useAction } from "~/state/useAction";
import { problemWords, type WayOut, wayOutLabel } from "./words";

const ICONS: Readonly<Record<StartProblem, LucideIcon>> = {
  keychain_locked: LockKeyhole,
  keychain_empty: KeyRound,
  keychain_missing: KeyRound,
  keychain_refused: LockKeyhole,
  wrong_key: KeyRound,
  history_gone: HardDrive,
  key_gone: KeyRound,
  key_damaged: KeyRound,
  profile_damaged: CircleAlert,
  history_damaged: CircleAlert,
  history_newer: CircleAlert,
  disk_full: HardDrive,
  folder_unusable: FolderX,
};

const COMMANDS: Readonly<Record<Exclude<WayOut, "start_same_keys">, () => Promise<unknown>>> = {
  unlock: ipc.unlockKeychain,
  retry: ipc.retryStart,
  start_new: ipc.startNew,
  show_folder: ipc.showDataFolder,
  quit: ipc.quit,
};

/** What a profile allows, in characters. */
const LONGEST_NAME = 40;

export function ProblemScreen({ problem }: { problem: StartProblem }) {
  const words = problemWords[problem];
  const { busy, failed, run } = useAction();
  const [asking, setAsking] = useState(false);
  const [howTo, setHowTo] = useState(false);
  const primary = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // The name was in the history: null where that is still there.
  const [name, setName] = useState(problem === "history_gone" ? "" : null);
  const [unnamed, setUnnamed] = useState(false);

  useEffect(() => (field.current ?? primary.current)?.focus(), []);
  useRetryOnReturn(problem === "keychain_locked" && !busy, () => void run(ipc.retryStart));

  const startSameKeys = (): void => {
    const empty = name === null || name.trim() === "";
    setUnnamed(empty);
    if (empty) field.current?.focus();
    else void run(() => ipc.startSameKeys(name.trim()));
  };

  const take = (way: WayOut): void => {
    if (way === "start_new") setAsking(true);
    else if (way === "start_same_keys") startSameKeys();
    else void run(COMMANDS[way]);
  };

  return (
    <Screen
      title={t(words.title)}
      icon={ICONS[problem]}
      testid="problem-screen"
      actions={
        <>
          {words.waysOut.map((way, index) => (
            <Button
              key={way}
              ref={index === 0 ? primary : undefined}
              variant={index === 0 ? "primary" : "quiet"}
              busy={busy && index === 0}
              onClick={() => take(way)}
              data-testid={`problem-${way}`}
            >
              {t(wayOutLabel[way])}
            </Button>
          ))}
          {words.howTo && (
            <Button
              variant="ghost"
              aria-expanded={howTo}
              onClick={() => setHowTo(!howTo)}
              data-testid="problem-how-to"
            >
              {t("problem.how_to")}
            </Button>
          )}
        </>
      }
    >
      <p className="dim" data-testid="problem-text" data-problem={problem}>
        {t(words.text)}
      </p>
      {name !== null && (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            startSameKeys();
          }}
        >
          <TextField
            ref={field}
            label={t("onboarding.name.label")}
            hint={t("problem.history_gone.name")}
            autoComplete="name"
            maxLength={LONGEST_NAME}
            required
            value={name}
            error={unnamed && t("onboarding.name.empty")}
            onChange={(event) => {
              setUnnamed(false);
              setName(event.currentTarget.value);
            }}
            data-testid="problem-name"
          />
        </form>
      )}
      {howTo && <Card>{t("problem.how_to.text")}</Card>}
      <div role="alert">
        {failed && (
          <Card
            tone="danger"
            icon={CircleAlert}
            title={errorSentence(failed)}
            testid="problem-failed"
          />
        )}
      </div>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("problem.start_new.title")}
        action={t("problem.start_new")}
        cancel={t("problem.start_new.cancel")}
        danger
        testid="problem-start-new-dialog"
        onAction={async () => {
          await run(ipc.startNew);
          setAsking(false);
        }}
      >
        {t("problem.start_new.text")}
      </AlertDialog>
    </Screen>
  );
}

/** Tries again when the person comes back to the window, as after unlocking the keychain elsewhere. */
function useRetryOnReturn(active: boolean, retry: () => void): void {
  const latest = useRef(retry);
  latest.current = retry;
  useEffect(() => {
    if (!active) return;
    const back = (): void => latest.current();
    window.addEventListener("focus", back);
    return () => window.removeEventListener("focus", back);
  }, [active]);
}
