/** Reading the contact's code: the camera first, and beside it the ways that need none. */
import { ClipboardPaste, Hash, Image, Monitor } from "lucide-react";
import { type ClipboardEvent, type SyntheticEvent, useId, useState } from "react";
import { Button } from "~/components/Button";
import { Fault } from "~/components/Fault";
import { Progress } from "~/components/Progress";
import { TextField } from "~/components/TextField";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import { ipc } from "~/ipc/client";
import { CameraView } from "~/parts/camera/CameraView";
import { codeOfPicture, pastedCode } from "~/parts/pictureCode";
import { useSeesScreen } from "~/parts/useSeesScreen";
import type { Verify } from "./useVerify";
import styles from "./Verify.module.css";

export function ScanPanel({ verify }: { verify: Verify }) {
  const [typing, setTyping] = useState(false);
  const { fault, busy } = verify;
  const seesScreen = useSeesScreen();
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData("text").trim();
    const picture = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    // Into the field it goes as any text.
    if (text !== "" && event.target instanceof HTMLInputElement) return;
    if (text !== "") verify.given(text);
    else if (picture) verify.read(() => codeOfPicture(picture));
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.scan} onPaste={onPaste}>
      {fault && !typing ? (
        <Button onClick={verify.back} data-testid="verify-scan-again">
          {t("verify.scanAgain")}
        </Button>
      ) : busy ? (
        <Progress label={t("link.reading")} />
      ) : (
        !typing && <CameraView onCode={verify.scanned} />
      )}
      <div role="group" aria-label={t("camera.ways")} className={styles.ways}>
        <span className="dim">{t("camera.ways")}</span>
        <Button
          size="small"
          icon={Image}
          held={busy}
          onClick={() => verify.read(() => ipc.chooseCodePicture())}
          data-testid="verify-picture"
        >
          {t("camera.choose")}
        </Button>
        {seesScreen && (
          <Button
            size="small"
            icon={Monitor}
            held={busy}
            onClick={() => verify.read(() => ipc.readScreenCode())}
            data-testid="verify-screen"
          >
            {t("camera.screen")}
          </Button>
        )}
        <Button
          size="small"
          icon={ClipboardPaste}
          held={busy}
          onClick={() => verify.read(pastedCode)}
          data-testid="verify-paste"
        >
          {t("camera.paste")}
        </Button>
        <Button
          size="small"
          icon={Hash}
          aria-expanded={typing}
          onClick={() => setTyping(!typing)}
          data-testid="verify-type"
        >
          {t("verify.type")}
        </Button>
      </div>
      {typing && <DigitsForm verify={verify} />}
      {!typing && <Fault words={fault && errorSentence(fault)} testid="verify-fault" />}
    </div>
  );
}

/** A number that the contact sent in another way, to be compared. */
function DigitsForm({ verify: { digits, fault, busy } }: { verify: Verify }) {
  const form = useId();
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    digits(text);
  };
  return (
    <form id={form} className={styles.digits} noValidate onSubmit={submit}>
      <TextField
        label={t("verify.field")}
        hint={t("verify.fieldHint")}
        mono
        dir="ltr"
        inputMode="numeric"
        spellCheck={false}
        maxLength={200}
        autoFocus
        value={text}
        error={fault && errorSentence(fault)}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="verify-field"
      />
      <Button type="submit" size="small" busy={busy} data-testid="verify-compare">
        {t("verify.compare")}
      </Button>
    </form>
  );
}
