import { Eye, EyeOff } from "lucide-react";
import { t } from "~/i18n/t";
import { IconButton } from "./IconButton";

export interface RevealButtonProps {
  shown: boolean;
  onChange: (shown: boolean) => void;
}

/** At the end of a field for a passphrase: shows what is typed, or hides it. */
export function RevealButton({ shown, onChange }: RevealButtonProps) {
  return (
    <IconButton
      size="small"
      icon={shown ? EyeOff : Eye}
      label={t(shown ? "passphrase.hide" : "passphrase.show")}
      onClick={() => onChange(!shown)}
    />
  );
}
