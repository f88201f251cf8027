import { Component, type ReactNode } from "react";
import { Button } from "~/components/Button";
import { Screen } from "~/components/Screen";
import { t } from "~/i18n/t";

/**
 * Catches what a component throws while it is drawn. The engine goes on without the window, so
 * loading it anew loses nothing.
 */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Screen
        title={t("main.crashTitle")}
        testid="crash"
        actions={
          <Button variant="primary" onClick={() => location.reload()}>
            {t("main.crashAction")}
          </Button>
        }
      >
        <p>{t("main.crashText")}</p>
      </Screen>
    );
  }
}
