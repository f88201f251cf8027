/** The state of the form that adds a contact by id and key; the fields are drawn by `ContactFields`. */
import { useState } from "react";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ChatId, ErrorCode } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { store } from "~/state/store";
import { useAction } from "~/state/useAction";
import { type IdAndKey, looksLikeKey, readIdAndKey } from "./idAndKey";

/** What may be in the form when it opens, as from the list of people online. */
export interface Prefill {
  readonly userId: string;
  readonly publicKey: string;
  readonly name?: string;
}

export type FieldName = "userId" | "publicKey" | "name";

export interface ContactForm {
  readonly values: Readonly<Record<FieldName, string>>;
  readonly faults: Readonly<Partial<Record<FieldName, string>>>;
  /** A refusal that belongs to no field. */
  readonly fault: string | null;
  readonly busy: boolean;
  readonly set: (field: FieldName, value: string) => void;
  readonly use: (found: IdAndKey) => void;
  /** Adds the contact; gives its chat, or null if something has to be corrected. */
  readonly submit: () => Promise<ChatId | null>;
  readonly reset: () => void;
}

/** To which field a refusal belongs. */
const FIELD_OF: Readonly<Partial<Record<ErrorCode, FieldName>>> = {
  bad_key: "publicKey",
  own_key: "publicKey",
  already_added: "publicKey",
  bad_user_id: "userId",
  id_taken: "userId",
  bad_name: "name",
};

type Faults = Partial<Record<FieldName, string>>;

/** The key in its field, without the marks that were copied with it. */
const keyIn = (typed: string): string => readIdAndKey(typed)?.publicKey ?? typed.trim();

/** What can be told without the engine. */
function faultsOf(values: Record<FieldName, string>): Faults {
  const faults: Faults = {};
  if (values.userId.trim() === "") faults.userId = t("add.id.empty");
  const key = keyIn(values.publicKey);
  if (key === "") faults.publicKey = t("add.key.empty");
  else if (!looksLikeKey(key)) faults.publicKey = errorSentence("bad_key");
  else if (key === store.getState().profile?.publicKey) faults.publicKey = errorSentence("own_key");
  return faults;
}

export function useContactForm(prefill?: Prefill): ContactForm {
  const start = {
    userId: prefill?.userId ?? "",
    publicKey: prefill?.publicKey ?? "",
    name: prefill?.name ?? "",
  };
  const [values, setValues] = useState<Record<FieldName, string>>(start);
  const [faults, setFaults] = useState<Faults>({});
  const { busy, failed, run, clear } = useAction();

  const refusedField = failed ? FIELD_OF[failed] : undefined;
  return {
    values,
    faults: failed && refusedField ? { ...faults, [refusedField]: errorSentence(failed) } : faults,
    fault: failed && !refusedField ? errorSentence(failed) : null,
    busy,
    set: (field, value) => {
      setValues((before) => ({ ...before, [field]: value }));
      setFaults(({ [field]: _, ...others }) => others);
      clear();
    },
    use: ({ userId, publicKey }) => {
      setValues((before) => ({ ...before, publicKey, userId: userId ?? before.userId }));
      setFaults({});
      clear();
    },
    submit: async () => {
      const found = faultsOf(values);
      setFaults(found);
      if (Object.keys(found).length > 0) return null;
      let chat: ChatId | null = null;
      await run(async () => {
        chat = await ipc.addContact({
          userId: values.userId.trim(),
          publicKey: keyIn(values.publicKey),
          name: values.name.trim(),
        });
      });
      return chat;
    },
    reset: () => {
      setValues({ userId: "", publicKey: "", name: "" });
      setFaults({});
      clear();
    },
  };
}
