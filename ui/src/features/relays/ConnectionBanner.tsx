/**
 * The one banner on top of the chats, by rank: a history that cannot be written, a keychain that
 * holds messages up, then a minute without a relay.
 */
import { HardDrive, KeyRound, WifiOff } from "lucide-react";
import { Banner } from "~/components/Banner";
import { Button } from "~/components/Button";
import { duration } from "~/i18n/format";
import { t } from "~/i18n/t";
import { ipc } from "~/ipc/client";
import { useStore } from "~/state/store";
import { useAction } from "~/state/useAction";
import { useNow } from "~/state/useNow";

/** How long the strip alone tells it, ms. */
const PATIENCE_MS = 60_000;

export function ConnectionBanner() {
  const diskFull = useStore((state) => state.diskFull);
  const historyUnusable = useStore((state) => state.historyUnusable);
  const sendingHeld = useStore((state) => state.sendingHeld);
  const since = useStore((state) => (state.relays.length > 0 ? state.disconnectedSince : null));
  const now = useNow(since === null ? null : 10_000);
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
  if (sendingHeld) {
    return (
      <Banner tone="warn" icon={KeyRound} testid="banner-sending-held">
        {t("banner.sending_held")}
      </Banner>
    );
  }
  if (since === null || now - since < PATIENCE_MS) return null;
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
      {t("banner.disconnected", { time: duration(now - since) })}
    </Banner>
  );
}
