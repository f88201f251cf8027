/** One field for a link or the text of a code, and the ways in which a picture of a code comes in. */
import { ClipboardPaste, Image } from "lucide-react";
import { type ClipboardEvent, type RefObject, useEffect } from "react";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Progress } from "~/components/Progress";
import { TextField } from "~/components/TextField";
import { t } from "~/i18n/t";
import { findLink } from "./findLink";
import styles from "./LinkEntry.module.css";
import type { LinkForm } from "./useLinkForm";

export interface LinkEntryProps {
  readonly form: LinkForm;
  /** The id of the form element, for a button outside of it. */
  readonly formId: string;
  readonly field?: RefObject<HTMLInputElement | null>;
}

export function LinkEntry({ form, formId, field }: LinkEntryProps) {
  const { forget } = form;
  // Whoever has gone elsewhere is not shown what was read here.
  useEffect(() => forget, [forget]);

  const onPaste = (event: ClipboardEvent): void => {
    const { files, types } = event.clipboardData;
    // A link goes into the field by itself, whatever picture comes with it.
    if (findLink(event.clipboardData.getData("text")) !== null) return;
    const picture = [...files].find(({ type }) => type.startsWith("image/"));
    if (picture) {
      event.preventDefault();
      form.readPicture(picture);
    } else if (types.length === 0) form.pasteKept();
  };

  return (
    <form
      id={formId}
      className={styles.entry}
      noValidate
      onPaste={onPaste}
      onSubmit={(event) => {
        event.preventDefault();
        form.read(form.text);
      }}
    >
      <TextField
        ref={field}
        label={t("link.field")}
        hint={t("link.hint")}
        mono
        dir="ltr"
        spellCheck={false}
        autoCapitalize="off"
        maxLength={4096}
        value={form.text}
        error={form.fault}
        onChange={(event) => form.setText(event.currentTarget.value)}
        data-testid="link-field"
      />
      <div className={styles.actions}>
        <Button
          size="small"
          icon={ClipboardPaste}
          busy={form.busy}
          onClick={form.paste}
          data-testid="link-paste"
        >
          {t("link.paste")}
        </Button>
        <Button
          size="small"
          icon={Image}
          held={form.busy}
          onClick={form.choosePicture}
          data-testid="link-picture"
        >
          {t("link.choose")}
        </Button>
      </div>
      <div aria-live="polite" className={styles.news}>
        {form.unpasted && (
          <Card testid="link-unpasted">
            {t(form.unpasted === "none" ? "link.paste.none" : "link.paste.refused")}
          </Card>
        )}
      </div>
      {form.busy && <Progress label={t("link.reading")} />}
    </form>
  );
}
