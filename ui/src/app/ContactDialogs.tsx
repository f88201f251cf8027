import {
  BlockDialog,
  ClearChatDialog,
  DeleteContactDialog,
  RenameDialog,
} from "~/features/contacts/ContactDialogs";
import type { ChatView } from "~/ipc/bindings";
import { type Overlay, shell } from "./shell";

export interface ContactDialogsProps {
  kind: Overlay["kind"] | null;
  chat: ChatView | null;
}

/** The questions about one contact, in one piece of the program. */
export default function ContactDialogs({ kind, chat }: ContactDialogsProps) {
  return (
    <>
      <RenameDialog chat={kind === "rename" ? chat : null} onClose={shell.close} />
      <ClearChatDialog chat={kind === "clear" ? chat : null} onClose={shell.close} />
      <BlockDialog chat={kind === "block" ? chat : null} onClose={shell.close} />
      <DeleteContactDialog chat={kind === "delete" ? chat : null} onClose={shell.close} />
    </>
  );
}
