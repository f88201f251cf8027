/** What a notification shows, and a way to see one. */
import { Bell } from "lucide-react";
import { useState } from "react";
import { Button } from "~/components/Button";
import { RadioGroup } from "~/components/RadioGroup";
import { errorSentence } from "~/i18n/errors";
import { type MessageKey, t } from "~/i18n/t";
import type { NotificationContent } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useSettings } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { changeSettings } from "./changeSettings";
import { Section } from "./Section";

const CHOICES: readonly { value: NotificationContent; label: MessageKey }[] = [
  { value: "name_and_text", label: "settings.notifications.name_and_text" },
  { value: "name", label: "settings.notifications.name" },
  { value: "nothing", label: "settings.notifications.nothing" },
  { value: "off", label: "settings.notifications.off" },
];

export function NotificationsPane() {
  const { notifications } = useSettings();
  const [sent, setSent] = useState(false);
  const { busy, failed, run } = useAction();
  return (
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
      {notifications !== "off" && (
        <div>
          <Button
            icon={Bell}
            busy={busy}
            onClick={() => void run(ipc.testNotification).then(setSent)}
            data-testid="settings-notifications-test"
          >
            {t("settings.notifications.test")}
          </Button>
        </div>
      )}
      <p role="status" className="type-small dim">
        {failed ? errorSentence(failed) : sent && t("settings.notifications.sent")}
      </p>
    </Section>
  );
}
