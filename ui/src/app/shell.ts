/**
 * What the window shows besides the engine's state: which pane, which overlay, how wide. Only sizes
 * and switches are remembered on disk, never a name or a text.
 */
import { create } from "zustand";
import type { SettingsPane } from "~/features/settings/panes";
import type { ChatId, MessageId } from "~/ipc/bindings";
import type { Prefill } from "~/parts/contactForm";

export type Overlay =
  | { kind: "settings"; pane?: SettingsPane }
  | { kind: "add-contact"; prefill?: Prefill; outside?: boolean }
  | { kind: "people"; words?: string }
  | { kind: "palette"; words?: string }
  | { kind: "rename" | "clear" | "block" | "delete" | "verify"; chat: ChatId };

export interface Shell {
  overlay: Overlay | null;
  /** Requests take the place of the conversation. */
  requests: boolean;
  /** What the palette has found in the open chat, until the search there is closed. */
  found: Found | null;
  /** Details as a column, in a wide window. Remembered. */
  detailsColumn: boolean;
  /** Details over the chat, in a narrower window. */
  detailsOver: boolean;
  /** px. Remembered. */
  sidebarWidth: number;
}

/** A message in a chat, and the words by which it was found. */
export interface Found {
  chat: ChatId;
  message: MessageId;
  words: string;
}

export const SIDEBAR = { least: 260, usual: 320, most: 420 } as const;

const KEPT = "sotto.window";

function remembered(): Pick<Shell, "detailsColumn" | "sidebarWidth"> {
  const usual = { detailsColumn: true, sidebarWidth: SIDEBAR.usual };
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    if (typeof found !== "object" || found === null) return usual;
    const { detailsColumn, sidebarWidth } = found as Record<string, unknown>;
    return {
      detailsColumn: typeof detailsColumn === "boolean" ? detailsColumn : usual.detailsColumn,
      sidebarWidth: typeof sidebarWidth === "number" ? within(sidebarWidth) : usual.sidebarWidth,
    };
  } catch {
    return usual;
  }
}

const within = (width: number): number =>
  Math.round(Math.min(SIDEBAR.most, Math.max(SIDEBAR.least, width)));

export const useShell = create<Shell>(() => ({
  overlay: null,
  requests: false,
  found: null,
  detailsOver: false,
  ...remembered(),
}));

function remember(): void {
  const { detailsColumn, sidebarWidth } = useShell.getState();
  try {
    localStorage.setItem(KEPT, JSON.stringify({ detailsColumn, sidebarWidth }));
  } catch {
    // A full or closed storage only costs the width at the next start.
  }
}

export const shell = {
  open: (overlay: Overlay) => useShell.setState({ overlay }),
  /** Closes this overlay, if it is still the one: an answer may come when another is open. */
  close: (which: Overlay | null) =>
    useShell.setState(({ overlay }) => (overlay === which ? { overlay: null } : {})),
  showFound: (found: Found | null) => useShell.setState({ found }),
  showRequests: (requests: boolean) => useShell.setState({ requests }),
  resize(width: number) {
    useShell.setState({ sidebarWidth: within(width) });
    remember();
  },
  /** Shows or hides the details, as a column (`wide`) or over the chat. */
  toggleDetails(wide: boolean) {
    useShell.setState(({ detailsColumn, detailsOver }) =>
      wide ? { detailsColumn: !detailsColumn } : { detailsOver: !detailsOver },
    );
    if (wide) remember();
  },
  hideDetailsOver: () => useShell.setState({ detailsOver: false }),
};
