/**
 * A line of text that is saved when it is left or Enter is pressed, and put back by Escape. What
 * the engine refuses stays in the field with the reason.
 */
import { type ReactNode, useState } from "react";
import { TextField } from "~/components/TextField";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import { useAction } from "~/state/useAction";

export interface InstantFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: string;
  readonly onSave: (value: string) => Promise<unknown>;
  readonly mono?: boolean;
  readonly placeholder?: string;
  readonly testid: string;
}

export function InstantField(props: InstantFieldProps) {
  const { label, hint, value, onSave, mono, placeholder, testid } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const { failed, run, clear } = useAction();

  const save = async (): Promise<void> => {
    const wanted = typed?.trim();
    if (wanted === undefined || wanted === value) {
      if (!failed) setTyped(null);
      return;
    }
    if (await run(() => onSave(wanted))) {
      setTyped(null);
      showToast({ text: t("settings.saved") });
    }
  };
  return (
    <TextField
      label={label}
      hint={hint}
      mono={mono === true}
      maxLength={256}
      spellCheck={false}
      placeholder={placeholder}
      value={typed ?? value}
      error={failed && errorSentence(failed)}
      onChange={(event) => {
        clear();
        setTyped(event.currentTarget.value);
      }}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") void save();
        if (event.key === "Escape" && typed !== null) {
          // Takes back the typing and leaves the dialog open.
          event.stopPropagation();
          clear();
          setTyped(null);
        }
      }}
      data-testid={testid}
    />
  );
}
