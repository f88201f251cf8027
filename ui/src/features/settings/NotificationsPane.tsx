/** What is notified of, what a notification shows, when there is none, and a way to see one. */
import { Bell, BellOff } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "~/components/Button";
import { RadioGroup } from "~/components/RadioGroup";
import { Switch } from "~/components/Switch";
import { errorSentence } from "~/i18n/errors";
import { dayMonth, daysBetween, timeOfDay } from "~/i18n/format";
import { type MessageKey, t } from "~/i18n/t";
import type { ErrorCode, NotificationContent } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useSettings } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { useNow } from "~/state/useNow";
import { changeSettings } from "./changeSettings";
import { QuietHoursSection } from "./QuietHoursSection";
import { Section } from "./Section";

const CHOICES: readonly { value: NotificationContent; label: MessageKey }[] = [
  { value: "name_and_text", label: "settings.notifications.name_and_text" },
  { value: "name", label: "settings.notifications.name" },
  { value: "nothing", label: "settings.notifications.nothing" },
  { value: "off", label: "settings.notifications.off" },
];

/** How soon it is seen that muting is over, ms. */
const MUTE_GLANCE_MS = 10_000;

export function NotificationsPane() {
  const { notifications } = useSettings();
  return (
    <>
      <Muted />
      <Section title={t("settings.notifications.content")} hint={t("settings.notifications.hint")}>
        <RadioGroup
          label={t("settings.notifications.content")}
          hideLabel
          value={notifications}
          onValueChange={(value) => changeSettings({ notifications: value })}
          options={CHOICES.map(({ value, label }) => ({
            value,
            label: t(label),
            testid: `settings-notifications-${value}`,
          }))}
        />
        {notifications !== "off" && <Trial />}
      </Section>
      {notifications !== "off" && (
        <>
          <Kinds />
          <QuietHoursSection />
        </>
      )}
    </>
  );
}

/** That the person muted everything, and a way back. */
function Muted() {
  const { mutedUntil } = useSettings();
  const now = useNow(mutedUntil === 0 ? null : MUTE_GLANCE_MS);
  if (mutedUntil <= now) return null;
  const [time, day] = [timeOfDay(mutedUntil), dayMonth(mutedUntil, now)];
  const hint =
    daysBetween(mutedUntil, now) === 0
      ? t("settings.muted.until", { time })
      : t("settings.muted.untilDay", { day, time });
  return (
    <Section title={t("settings.muted")} hint={hint}>
      <div>
        <Button
          icon={BellOff}
          onClick={() => changeSettings({ mutedUntil: 0 })}
          data-testid="settings-unmute"
        >
          {t("settings.muted.end")}
        </Button>
      </div>
    </Section>
  );
}

/** Shows what became of a notification for trying out; before that, of the newest real one. */
function Trial() {
  const [sent, setSent] = useState(false);
  const [trouble, setTrouble] = useState<ErrorCode | null>(null);
  const { busy, failed, run } = useAction();
  useEffect(() => {
    ipc.notificationTrouble().then(setTrouble, () => undefined);
  }, []);
  const tryOut = async () => {
    setTrouble(null);
    setSent(false);
    setSent(await run(ipc.testNotification));
  };
  const wrong = failed ?? trouble;
  return (
    <>
      <div>
        <Button
          icon={Bell}
          busy={busy}
          onClick={() => void tryOut()}
          data-testid="settings-notifications-test"
        >
          {t("settings.notifications.test")}
        </Button>
      </div>
      <p role="status" className="type-small dim" data-testid="settings-notifications-outcome">
        {wrong ? errorSentence(wrong) : sent && t("settings.notifications.sent")}
      </p>
    </>
  );
}

function Kinds() {
  const { notifyTexts, notifyRequests, notificationSound } = useSettings();
  return (
    <Section title={t("settings.notifications.kinds")}>
      <Switch
        label={t("settings.notifications.texts")}
        checked={notifyTexts}
        onCheckedChange={(value) => changeSettings({ notifyTexts: value })}
        testid="settings-notify-texts"
      />
      <Switch
        label={t("settings.notifications.requests")}
        checked={notifyRequests}
        onCheckedChange={(value) => changeSettings({ notifyRequests: value })}
        testid="settings-notify-requests"
      />
      <Switch
        label={t("settings.notifications.sound")}
        hint={t("settings.notifications.sound.hint")}
        checked={notificationSound}
        onCheckedChange={(value) => changeSettings({ notificationSound: value })}
        testid="settings-notification-sound"
      />
    </Section>
  );
}
