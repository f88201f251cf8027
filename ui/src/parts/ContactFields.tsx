/**
 * The fields that add a contact. A pasted id and key fill both fields; what the button finds on the
 * clipboard is shown before it is used.
 */
import { ClipboardPaste } from "lucide-react";
import { type ClipboardEvent, type RefObject, useRef, useState } from "react";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Fault } from "~/components/Fault";
import { TextField } from "~/components/TextField";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import { useAction } from "~/state/useAction";
import styles from "./ContactFields.module.css";
import { clipboardText } from "./clipboard";
import type { ContactForm, FieldName } from "./contactForm";
import { type IdAndKey, readIdAndKey } from "./idAndKey";

export interface ContactFieldsProps {
  readonly form: ContactForm;
  /** The id of the form element, for a button outside of it. */
  readonly formId: string;
  readonly onSubmit: () => void;
  readonly firstField?: RefObject<HTMLInputElement | null>;
}

type Offer =
  | { readonly kind: "found"; readonly found: IdAndKey }
  | { readonly kind: "none" | "refused" };

async function readClipboard(): Promise<Offer> {
  try {
    const found = readIdAndKey(await clipboardText());
    return found ? { kind: "found", found } : { kind: "none" };
  } catch {
    return { kind: "refused" };
  }
}

export function ContactFields({ form, formId, onSubmit, firstField }: ContactFieldsProps) {
  const [offer, setOffer] = useState<Offer | null>(null);
  const looking = useAction();
  const own = useRef<HTMLInputElement>(null);
  const first = firstField ?? own;
  const button = useRef<HTMLButtonElement>(null);

  const look = () => void looking.run(async () => setOffer(await readClipboard()));
  const paste = (event: ClipboardEvent): void => {
    const found = readIdAndKey(event.clipboardData.getData("text"));
    if (!found?.userId) return;
    event.preventDefault();
    form.use(found);
    setOffer(null);
  };
  const field = (name: FieldName) => ({
    value: form.values[name],
    error: form.faults[name],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      form.set(name, event.currentTarget.value),
  });

  return (
    <form
      id={formId}
      className={styles.form}
      noValidate
      onPaste={paste}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <TextField
        ref={first}
        label={t("add.id")}
        spellCheck={false}
        autoCapitalize="off"
        maxLength={128}
        data-testid="add-contact-id"
        {...field("userId")}
      />
      <TextField
        label={t("add.key")}
        hint={t("add.key.hint")}
        mono
        dir="ltr"
        spellCheck={false}
        autoCapitalize="off"
        maxLength={256}
        data-testid="add-contact-key"
        {...field("publicKey")}
      />
      <TextField
        label={t("add.name")}
        hint={t("add.name.hint")}
        maxLength={128}
        data-testid="add-contact-name"
        {...field("name")}
      />
      <Fault words={form.fault} testid="add-contact-fault" />
      <div>
        <Button
          ref={button}
          variant="ghost"
          size="small"
          icon={ClipboardPaste}
          busy={looking.busy}
          onClick={look}
          data-testid="add-contact-paste"
        >
          {t("add.paste")}
        </Button>
      </div>
      <div aria-live="polite" className={styles.offer}>
        {offer && (
          <OfferCard
            offer={offer}
            onUse={(found) => {
              form.use(found);
              setOffer(null);
              first.current?.focus();
            }}
            onDismiss={() => {
              setOffer(null);
              button.current?.focus();
            }}
          />
        )}
      </div>
    </form>
  );
}

interface OfferCardProps {
  readonly offer: Offer;
  readonly onUse: (found: IdAndKey) => void;
  readonly onDismiss: () => void;
}

function OfferCard({ offer, onUse, onDismiss }: OfferCardProps) {
  if (offer.kind !== "found") {
    return <Card>{t(offer.kind === "none" ? "add.paste.none" : "add.paste.refused")}</Card>;
  }
  const { found } = offer;
  return (
    <Card
      tone="accent"
      icon={ClipboardPaste}
      title={
        found.userId === null ? (
          t("add.paste.key")
        ) : (
          <T id="add.paste.found" values={{ id: found.userId }} />
        )
      }
      testid="add-contact-offer"
      actions={
        <>
          <Button
            size="small"
            variant="primary"
            onClick={() => onUse(found)}
            data-testid="add-contact-offer-use"
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
