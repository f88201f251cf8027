import {
  BlockDialog,
  ClearChatDialog,
  DeleteContactDialog,
  RenameDialog,
} from "~/features/contacts/ContactDialogs";
import type { ChatView } from "~/ipc/bindings";
import type { Overlay } from "./shell";

export interface ContactDialogsProps {
  kind: Overlay["kind"] | null;
  chat: ChatView | null;
  onClose: () => void;
}

/** The questions about one contact, in one piece of the program. */
export default function ContactDialogs({ kind, chat, onClose }: ContactDialogsProps) {
  return (
    <>
      <RenameDialog chat={kind === "rename" ? chat : null} onClose={onClose} />
      <ClearChatDialog chat={kind === "clear" ? chat : null} onClose={onClose} />
      <BlockDialog chat={kind === "block" ? chat : null} onClose={onClose} />
      <DeleteContactDialog chat={kind === "delete" ? chat : null} onClose={onClose} />
    </>
  );
}
