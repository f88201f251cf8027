/** Screen 2: the person's own name. */
import { useState } from "react";
import { TextField } from "~/components/TextField";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ErrorCode } from "~/ipc/bindings";
import { type NameFault, nameFault } from "./draft";
import type { StepProps } from "./Onboarding";
import { StepFrame } from "./StepFrame";

function words(fault: NameFault): string {
  return fault.kind === "empty"
    ? t("onboarding.name.empty")
    : t("onboarding.name.long", { count: fault.over });
}

export function NameStep(props: StepProps & { refused: ErrorCode | null }) {
  const { draft, change, refused, onBack, onContinue } = props;
  const [tried, setTried] = useState(false);
  const fault = nameFault(draft);
  const shown = fault && (tried || fault.kind === "long") ? words(fault) : null;
  return (
    <StepFrame
      step="name"
      title={t("onboarding.name.title")}
      onBack={onBack}
      onContinue={() => {
        setTried(true);
        if (!fault) onContinue();
      }}
    >
      <TextField
        label={t("onboarding.name.label")}
        hint={t("onboarding.name.hint")}
        autoComplete="name"
        maxLength={200}
        value={draft.name}
        error={shown ?? (refused && errorSentence(refused))}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-testid="onboarding-name"
      />
    </StepFrame>
  );
}
