import { type RefObject, useEffect, useRef } from "react";
import type { Notice } from "~/components/Banners";
import { Composer } from "~/features/composer/Composer";
import { Conversation, type ConversationHandle } from "~/features/conversation/Conversation";
import type { ChatView } from "~/ipc/bindings";
import { useSettings } from "~/state/selectors";
import { actions, type OpenChat } from "~/state/store";
import { askBlock } from "./askBlock";
import { ContactItems } from "./ChatMenus";
import { shell, useShell } from "./shell";

export interface ChatPaneProps {
  chat: ChatView;
  open: OpenChat;
  /** What is to be said of the program as a whole. */
  notices: readonly Notice[];
  conversation: RefObject<ConversationHandle | null>;
  details: boolean;
  wide: boolean;
  onePane: boolean;
  onSearchAll: (words: string) => void;
}

/** One conversation with what is written into it: a piece of the program of its own. */
export default function ChatPane(props: ChatPaneProps) {
  const { chat, open, notices, conversation, details, wide, onePane, onSearchAll } = props;
  const { enterSends } = useSettings();
  const field = useRef<HTMLTextAreaElement>(null);
  // A chat is opened to be read or to be written in: the keys go to the composer,
  // unless it is opened at something that was found.
  const shown = useShell((state) => state.found);
  const found = shown?.chat === chat.id ? shown : null;
  const finds = useRef(found !== null);
  useEffect(() => {
    if (!finds.current) field.current?.focus();
  }, []);
  return (
    <Conversation
      ref={conversation}
      chat={chat}
      open={open}
      notices={notices}
      details={details}
      onDetails={() => shell.toggleDetails(wide)}
      onVerify={() => shell.open({ kind: "verify", chat: chat.id })}
      onBack={onePane ? actions.closeChat : undefined}
      menu={<ContactItems chat={chat} />}
      onSearchAll={onSearchAll}
      found={found}
      onFindClosed={() => shell.showFound(null)}
      composer={
        <Composer
          chat={chat}
          enterSends={enterSends}
          fieldRef={field}
          onSent={() => conversation.current?.toNewest()}
          onUnblock={() => askBlock(chat)}
        />
      }
    />
  );
}
