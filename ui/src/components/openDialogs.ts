/** How many dialogs are open: what comes by itself waits until there is none. */
import { createContext, useEffect } from "react";
import { create } from "zustand";

export const useOpenDialogs = create(() => 0);

/** Counts a dialog while it is open; one that only fades out is not. */
export function useCounted(open: boolean): void {
  useEffect(() => {
    if (!open) return;
    useOpenDialogs.setState((count) => count + 1, true);
    return () => useOpenDialogs.setState((count) => count - 1, true);
  }, [open]);
}

/** Whether the dialog around is open: its contents stay while it fades out. */
export const DialogIsOpen = createContext(true);
