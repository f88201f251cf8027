/**
 * The contact's key is listed under another name only. Anybody can list a key, so plain texts wait
 * until the person lets them go there, under the name that they saw.
 */
import { UserRoundSearch } from "lucide-react";
import { Banner } from "~/components/Banner";
import { Button } from "~/components/Button";
import { shortName } from "~/components/names";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { reread } from "~/state/store";

export interface NameBannerProps {
  contact: ContactView;
  /** The name that is listed. */
  other: string;
  onDone: () => void;
}

export function NameBanner({ contact, other, onDone }: NameBannerProps) {
  const use = async () => {
    try {
      await ipc.allowName(contact.id, other);
      onDone();
    } catch (error) {
      const code = codeOf(error);
      showToast({ text: errorSentence(code), tone: "danger" });
      if (code === "no_other_name") reread();
    }
  };
  return (
    <Banner
      tone="warn"
      icon={UserRoundSearch}
      testid="name-banner"
      actions={
        <Button size="small" onClick={() => void use()} data-testid="name-use">
          {t("otherName.use")}
        </Button>
      }
    >
      <b>
        <T id="otherName.title" values={{ name: contact.name, other: shortName(other, 40) }} />
      </b>{" "}
      {t("otherName.text")}
    </Banner>
  );
}
