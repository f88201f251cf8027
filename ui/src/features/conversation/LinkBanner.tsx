import { ShieldQuestionMark } from "lucide-react";
import { Banner } from "~/components/Banner";
import type { ChatView, Inviter } from "~/ipc/bindings";
import { AffirmActions, AffirmWords } from "~/parts/affirm";

export interface LinkBannerProps {
  chat: ChatView;
  inviter: Inviter;
  onDone: () => void;
}

/** Asks which way the invite's link went, once a start of the program. */
export function LinkBanner({ chat, inviter, onDone }: LinkBannerProps) {
  return (
    <Banner
      tone="warn"
      icon={ShieldQuestionMark}
      testid="link-banner"
      actions={<AffirmActions chat={chat} onDone={onDone} />}
    >
      <AffirmWords name={chat.contact.name} inviter={inviter} />
    </Banner>
  );
}
