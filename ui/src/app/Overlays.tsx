import { lazy, Suspense, useRef } from "react";
import type { ChatId } from "~/ipc/bindings";
import { useStore } from "~/state/store";
import { askBlock } from "./askBlock";
import { openChat } from "./navigate";
import { type Overlay, shell, useShell } from "./shell";

// Dialogs are loaded when they are first asked for: the first picture does not wait for them.
export const loadPalette = () => import("./Palette");
const Palette = lazy(() => loadPalette().then(({ Palette }) => ({ default: Palette })));
const SettingsDialog = lazy(() =>
  import("~/features/settings/SettingsDialog").then(({ SettingsDialog }) => ({
    default: SettingsDialog,
  })),
);
const AddContactDialog = lazy(() =>
  import("~/features/contacts/AddContactDialog").then(({ AddContactDialog }) => ({
    default: AddContactDialog,
  })),
);
const PeopleDialog = lazy(() =>
  import("~/features/people/PeopleDialog").then(({ PeopleDialog }) => ({ default: PeopleDialog })),
);
const VerifyDialog = lazy(() =>
  import("~/features/verify/VerifyDialog").then(({ VerifyDialog }) => ({ default: VerifyDialog })),
);
const ContactDialogs = lazy(() => import("./ContactDialogs"));

/** The dialogs of the window, one at a time. Each stays after its first use, to fade out. */
export function Overlays() {
  const overlay = useShell((state) => state.overlay);
  const chats = useStore((state) => state.chats);
  const used = useRef(new Set<Overlay["kind"]>());
  if (overlay) used.current.add(overlay.kind);
  const asked = overlay && "chat" in overlay ? (chats.get(overlay.chat) ?? null) : null;
  const close = () => shell.close(overlay);
  const go = (chat: ChatId) => {
    close();
    openChat(chat);
  };
  const was = (...kinds: Overlay["kind"][]) => kinds.some((kind) => used.current.has(kind));
  return (
    <Suspense>
      {was("palette") && (
        <Palette
          open={overlay?.kind === "palette"}
          onClose={close}
          words={overlay?.kind === "palette" ? overlay.words : undefined}
        />
      )}
      {was("add-contact") && (
        <AddContactDialog
          open={overlay?.kind === "add-contact"}
          onClose={close}
          onOpenChat={go}
          prefill={overlay?.kind === "add-contact" ? overlay.prefill : undefined}
          outside={overlay?.kind === "add-contact" ? overlay.outside : undefined}
        />
      )}
      {was("people") && (
        <PeopleDialog
          open={overlay?.kind === "people"}
          onClose={close}
          onOpenChat={go}
          words={overlay?.kind === "people" ? overlay.words : undefined}
          onAdd={(prefill) => shell.open({ kind: "add-contact", prefill })}
        />
      )}
      {was("rename", "clear", "block", "delete") && (
        <ContactDialogs kind={overlay?.kind ?? null} chat={asked} onClose={close} />
      )}
      {was("verify") && (
        <VerifyDialog
          chat={overlay?.kind === "verify" ? asked : null}
          onClose={close}
          onBlock={askBlock}
        />
      )}
      {was("settings") && (
        <SettingsDialog
          open={overlay?.kind === "settings"}
          onClose={close}
          initial={overlay?.kind === "settings" ? overlay.pane : undefined}
        />
      )}
    </Suspense>
  );
}
