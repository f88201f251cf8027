/**
 * The banners that are no chat's: an identity that moved away, a history that cannot be written, a keychain that holds messages
 * up, no relay, a clock that is wrong.
 */
import { ClockAlert, HardDrive, KeyRound, MonitorX, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { Banner } from "~/components/Banner";
import { Banners, type Notice } from "~/components/Banners";
import { Button } from "~/components/Button";
import { duration } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { RelayProblem } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { relayProblemWords } from "~/parts/relayWords";
import { useMoved } from "~/state/selectors";
import { useStore } from "~/state/store";
import { useAction } from "~/state/useAction";
import { useOutage } from "./useOutage";
import { useWrongClock } from "./useWrongClock";

/** How long the strip alone tells it, ms. */
const PATIENCE_MS = 60_000;

/** What does not end by waiting: the person has to do something. */
const ASKS_FOR_HELP: readonly (RelayProblem | null)[] = ["certificate", "name_taken"];

/** Where each stands among all that can be said at once; a chat's own are in between. */
const RANK = { unusable: 0, moved: 5, held: 20, disconnected: 30, clock: 60 } as const;

/** What is to be said of the program as a whole. */
export function useNotices(): readonly Notice[] {
  const diskFull = useStore((state) => state.diskFull);
  const historyUnusable = useStore((state) => state.historyUnusable);
  const sendingHeld = useStore((state) => state.sendingHeld);
  const moved = useMoved();
  const clockAhead = useWrongClock();
  const { lastsMs, reason } = useOutage();
  const long = lastsMs >= PATIENCE_MS;
  const notices: Notice[] = [];
  const say = (id: keyof typeof RANK, banner: ReactNode) =>
    notices.push({ id, rank: RANK[id], banner });

  if (diskFull || historyUnusable) say("unusable", <Unusable full={diskFull} />);
  if (moved) {
    say(
      "moved",
      <Banner tone="danger" icon={MonitorX} testid="banner-moved">
        {t("banner.moved")}
      </Banner>,
    );
    // Nothing else will come or go.
    return notices;
  }
  if (sendingHeld) {
    say(
      "held",
      <Banner tone="warn" icon={KeyRound} testid="banner-sending-held">
        {t("banner.sending_held")}
      </Banner>,
    );
  }
  if (long || ASKS_FOR_HELP.includes(reason)) {
    say("disconnected", <Disconnected lastsMs={long ? lastsMs : null} reason={reason} />);
  } else if (clockAhead !== 0) {
    say(
      "clock",
      <Banner tone="warn" icon={ClockAlert} testid="banner-wrong-clock">
        {t("banner.wrong_clock", { time: duration(Math.abs(clockAhead)) })}
      </Banner>,
    );
  }
  return notices;
}

/** The same, where nothing else is to be said. */
export function ConnectionBanner() {
  return <Banners notices={useNotices()} />;
}

function Unusable({ full }: { full: boolean }) {
  return (
    <Banner
      tone="danger"
      icon={HardDrive}
      testid={full ? "banner-disk-full" : "banner-history-unusable"}
    >
      {t(full ? "banner.disk_full" : "banner.history_unusable")}
    </Banner>
  );
}

interface DisconnectedProps {
  /** Null if that is not worth a word. */
  readonly lastsMs: number | null;
  readonly reason: RelayProblem | null;
}

function Disconnected({ lastsMs, reason }: DisconnectedProps) {
  const { busy, run } = useAction();
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
      {lastsMs !== null && t("banner.disconnected", { time: duration(lastsMs) })}{" "}
      {reason && relayProblemWords(reason)}
    </Banner>
  );
}
