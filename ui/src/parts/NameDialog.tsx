/**
 * Asks what the person calls somebody: a contact that has a name, or one that is made with it. It
 * stays open until whoever opened it closes it; what the engine refuses is said at the field.
 */
import { type ReactNode, useId, useRef, useState } from "react";
import { Button } from "~/components/Button";
import { Dialog } from "~/components/Dialog";
import { TextField } from "~/components/TextField";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import { useAction } from "~/state/useAction";

/** The longest name that can be typed; the engine decides which can be used. */
const LONGEST_NAME = 128;

export interface NameDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly label: string;
  readonly hint: ReactNode;
  /** What stands in the field whenever the dialog opens. */
  readonly initial: string;
  /** Words of the button. */
  readonly action: string;
  /** Does it with the name, without spaces around it. */
  readonly onName: (name: string) => Promise<unknown>;
  /** Beginning of the test ids `…-dialog`, `…-field` and `…-save`. */
  readonly testid: string;
}

export function NameDialog(props: NameDialogProps) {
  const { open, onClose, initial, onName, testid } = props;
  const formId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(initial);
  const [wasOpen, setWasOpen] = useState(open);
  const { busy, failed, run } = useAction();
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setName(initial);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={props.title}
      description={props.description}
      initialFocus={field}
      testid={`${testid}-dialog`}
      footer={
        <>
          <Button onClick={onClose}>{t("add.cancel")}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={busy}
            data-testid={`${testid}-save`}
          >
            {props.action}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => onName(name.trim()));
        }}
      >
        <TextField
          ref={field}
          label={props.label}
          hint={props.hint}
          value={name}
          maxLength={LONGEST_NAME}
          error={failed && errorSentence(failed)}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.currentTarget.value)}
          data-testid={`${testid}-field`}
        />
      </form>
    </Dialog>
  );
}
