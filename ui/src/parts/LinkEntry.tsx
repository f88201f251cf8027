/** One field for a link or the text of a code, and the ways in which a picture of a code comes in. */
import { ClipboardPaste, Image } from "lucide-react";
import { type ClipboardEvent, type RefObject, useEffect, useState } from "react";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Progress } from "~/components/Progress";
import { TextField } from "~/components/TextField";
import { t } from "~/i18n/t";
import { keptFromPaste } from "./clipboard";
import styles from "./LinkEntry.module.css";
import { type Clip, type LinkForm, readClipboard, readClipboardQuietly } from "./useLinkForm";

export interface LinkEntryProps {
  readonly form: LinkForm;
  /** The id of the form element, for a button outside of it. */
  readonly formId: string;
  readonly field?: RefObject<HTMLInputElement | null>;
}

/** What the clipboard holds is offered when the field appears, and never used by itself. */
function useOffer(wanted: boolean) {
  const [offer, setOffer] = useState<Clip | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    void readClipboardQuietly().then((clip) => {
      if (!gone && (clip?.kind === "link" || clip?.kind === "picture")) setOffer(clip);
    });
    return () => {
      gone = true;
    };
  }, [wanted]);
  return [offer, setOffer] as const;
}

export function LinkEntry({ form, formId, field }: LinkEntryProps) {
  const [offer, setOffer] = useOffer(form.text === "");

  const use = (clip: Clip): void => {
    setOffer(null);
    if (clip.kind === "link") form.read(clip.link);
    if (clip.kind === "picture") form.readPicture(clip.picture);
  };
  const onPaste = (event: ClipboardEvent): void => {
    const { files, types } = event.clipboardData;
    const picture = [...files].find(({ type }) => type.startsWith("image/"));
    if (picture) {
      event.preventDefault();
      use({ kind: "picture", picture });
    } else if (types.length === 0) {
      void keptFromPaste().then((kept) => kept && use({ kind: "picture", picture: kept }));
    }
  };
  const paste = async (): Promise<void> => {
    const clip = await readClipboard();
    if (clip.kind === "link" || clip.kind === "picture") use(clip);
    else setOffer(clip);
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
      <div aria-live="polite" className={styles.offer}>
        {offer && <Offer offer={offer} onUse={use} onDismiss={() => setOffer(null)} />}
      </div>
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
          onClick={() => void paste()}
          data-testid="link-paste"
        >
          {t("link.paste")}
        </Button>
        <Button size="small" icon={Image} onClick={form.choosePicture} data-testid="link-picture">
          {t("link.choose")}
        </Button>
      </div>
      {form.busy && <Progress label={t("link.reading")} />}
    </form>
  );
}

interface OfferProps {
  readonly offer: Clip;
  readonly onUse: (clip: Clip) => void;
  readonly onDismiss: () => void;
}

function Offer({ offer, onUse, onDismiss }: OfferProps) {
  switch (offer.kind) {
    case "none":
      return <Card testid="link-offer-none">{t("link.paste.none")}</Card>;
    case "refused":
      return <Card>{t("link.paste.refused")}</Card>;
    case "link":
    case "picture":
      return (
        <Card
          tone="accent"
          icon={ClipboardPaste}
          title={t(offer.kind === "link" ? "link.paste.found" : "link.paste.picture")}
          testid="link-offer"
          actions={
            <>
              <Button
                size="small"
                variant="primary"
                onClick={() => onUse(offer)}
                data-testid="link-offer-use"
              >
                {t("add.paste.use")}
              </Button>
              <Button size="small" onClick={onDismiss}>
                {t("add.paste.no")}
              </Button>
            </>
          }
        />
      );
  }
}
