import { CSPProvider } from "@base-ui/react/csp-provider";
import { DirectionProvider } from "@base-ui/react/direction-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { useEffect } from "react";
import { Toaster } from "~/components/Toast";
import { locale } from "~/i18n/locale";
import { useSettings } from "~/state/selectors";
import { startStore, useStore } from "~/state/store";
import { ClosingDialog } from "./ClosingDialog";
import { ErrorBoundary } from "./ErrorBoundary";
import { MainWindow } from "./MainWindow";
import { StartGate } from "./StartGate";
import { useAppearance } from "./theme";
import { useClosing } from "./useClosing";
import { useNativeManners } from "./useNativeManners";

/** The whole window, from the first moment of the engine on. */
export function App() {
  const phase = useStore((state) => state.phase);
  const told = useStore((state) => state.profile !== null);
  useEffect(startStore, []);
  useAppearance(useSettings());
  useNativeManners();
  const closing = useClosing();
  return (
    // Styles of Base UI would be inline, which the window's content policy refuses.
    <CSPProvider disableStyleElements>
      <DirectionProvider direction={locale().direction}>
        <Tooltip.Provider delay={500}>
          <ErrorBoundary>
            <StartGate phase={phase} told={told}>
              <MainWindow />
            </StartGate>
          </ErrorBoundary>
          <ClosingDialog {...closing} />
          <Toaster />
        </Tooltip.Provider>
      </DirectionProvider>
    </CSPProvider>
  );
}
