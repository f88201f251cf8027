import { ShieldQuestionMark } from "lucide-react";
import { Banner } from "~/components/Banner";
import type { ContactView, Inviter } from "~/ipc/bindings";
import { MarkActions, MarkQuestion } from "~/parts/markVerified";

export interface LinkBannerProps {
  contact: ContactView;
  inviter: Inviter;
  onDone: () => void;
}

/** Asks which way the invite's link went, once a start of the program. */
export function LinkBanner({ contact, inviter, onDone }: LinkBannerProps) {
  return (
    <Banner
      tone="warn"
      icon={ShieldQuestionMark}
      testid="link-banner"
      actions={<MarkActions contact={contact} onDone={onDone} />}
    >
      <MarkQuestion name={contact.name} inviter={inviter} />
    </Banner>
  );
}
