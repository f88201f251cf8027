import { lazy, Suspense } from "react";
import { AddContactDialog } from "~/features/contacts/AddContactDialog";
import {
  BlockDialog,
  ClearChatDialog,
  DeleteContactDialog,
  RenameDialog,
} from "~/features/contacts/ContactDialogs";
import { PeopleDialog } from "~/features/people/PeopleDialog";
import type { ChatId, ChatView } from "~/ipc/bindings";
import { useStore } from "~/state/store";
import { openChat } from "./navigate";
import { Palette } from "./Palette";
import { type Overlay, shell, useShell } from "./shell";

const SettingsDialog = lazy(() =>
  import("~/features/settings/SettingsDialog").then((module) => ({
    default: module.SettingsDialog,
  })),
);

/** The dialogs of the window, one at a time. */
export function Overlays() {
  const overlay = useShell((state) => state.overlay);
  const chats = useStore((state) => state.chats);
  const asked = (kind: Overlay["kind"]): ChatView | null =>
    overlay?.kind === kind && "chat" in overlay ? (chats.get(overlay.chat) ?? null) : null;
  const go = (chat: ChatId) => {
    shell.close();
    openChat(chat);
  };
  return (
    <>
      <Palette open={overlay?.kind === "palette"} onClose={shell.close} />
      <AddContactDialog
        open={overlay?.kind === "add-contact"}
        onClose={shell.close}
        onOpenChat={go}
        prefill={overlay?.kind === "add-contact" ? overlay.prefill : undefined}
      />
      <PeopleDialog
        open={overlay?.kind === "people"}
        onClose={shell.close}
        onOpenChat={go}
        onAdd={(prefill) => shell.open({ kind: "add-contact", prefill })}
      />
      <RenameDialog chat={asked("rename")} onClose={shell.close} />
      <ClearChatDialog chat={asked("clear")} onClose={shell.close} />
      <BlockDialog chat={asked("block")} onClose={shell.close} />
      <DeleteContactDialog chat={asked("delete")} onClose={shell.close} />
      <Suspense>
        {overlay?.kind === "settings" && (
          <SettingsDialog open onClose={shell.close} initial={overlay.pane} />
        )}
      </Suspense>
    </>
  );
}
