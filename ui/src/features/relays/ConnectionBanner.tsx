/**
 * The banner over the window that is no chat's, by rank: a history that cannot be written, a
 * keychain that holds messages up, no relay, then a clock that is wrong.
 */
import { ClockAlert, HardDrive, KeyRound, WifiOff } from "lucide-react";
import { Banner } from "~/components/Banner";
import { Button } from "~/components/Button";
import { duration } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { RelayProblem } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { relayProblemWords } from "~/parts/relayWords";
import { useStore } from "~/state/store";
import { useAction } from "~/state/useAction";
import { useOutage } from "./useOutage";
import { useWrongClock } from "./useWrongClock";

/** How long the strip alone tells it, ms. */
const PATIENCE_MS = 60_000;

/** What does not end by waiting: the person has to do something. */
const ASKS_FOR_HELP: readonly (RelayProblem | null)[] = ["certificate", "name_taken"];

export interface ConnectionBannerProps {
  /** Whether the open chat shows a changed key, which counts more than the connection. */
  readonly keyShown?: boolean;
}

export function ConnectionBanner({ keyShown = false }: ConnectionBannerProps) {
  const diskFull = useStore((state) => state.diskFull);
  const historyUnusable = useStore((state) => state.historyUnusable);
  const sendingHeld = useStore((state) => state.sendingHeld);
  const clockAhead = useWrongClock();
  const { lastsMs, reason } = useOutage();
  const { busy, run } = useAction();
  if (diskFull) {
    return (
      <Banner tone="danger" icon={HardDrive} testid="banner-disk-full">
        {t("banner.disk_full")}
      </Banner>
    );
  }
  if (historyUnusable) {
    return (
      <Banner tone="danger" icon={HardDrive} testid="banner-history-unusable">
        {t("banner.history_unusable")}
      </Banner>
    );
  }
  if (keyShown) return null;
  if (sendingHeld) {
    return (
      <Banner tone="warn" icon={KeyRound} testid="banner-sending-held">
        {t("banner.sending_held")}
      </Banner>
    );
  }
  const long = lastsMs >= PATIENCE_MS;
  if (!(long || ASKS_FOR_HELP.includes(reason))) {
    if (clockAhead === 0) return null;
    return (
      <Banner tone="warn" icon={ClockAlert} testid="banner-wrong-clock">
        {t("banner.wrong_clock", { time: duration(Math.abs(clockAhead)) })}
      </Banner>
    );
  }
  return (
    <Banner
      tone="warn"
      icon={WifiOff}
      testid="banner-disconnected"
      actions={
        <Button
          size="small"
          variant="outline"
          busy={busy}
          onClick={() => void run(ipc.reconnectNow)}
        >
          {t("strip.try_now")}
        </Button>
      }
    >
      {long && t("banner.disconnected", { time: duration(lastsMs) })}{" "}
      {reason && relayProblemWords(reason)}
    </Banner>
  );
}
