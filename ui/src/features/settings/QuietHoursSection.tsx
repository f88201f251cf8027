/** The part of every day without notifications. */
import { Select } from "~/components/Select";
import { Switch } from "~/components/Switch";
import { timeOfDay } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { QuietHours } from "~/ipc/bindings";
import { useSettings } from "~/state/selectors";
import { changeSettings } from "./changeSettings";
import styles from "./QuietHoursSection.module.css";
import { Section } from "./Section";

const HALF_HOURS = Array.from({ length: 48 }, (_, index) => index * 30);

/** The clock at that minute of a day on which no clock is put forward. */
const clock = (minute: number): string => timeOfDay(new Date(2026, 0, 15, 0, minute).getTime());

/** The half hours, and one that was chosen elsewhere. */
function options(chosen: number) {
  const minutes = HALF_HOURS.includes(chosen)
    ? HALF_HOURS
    : [...HALF_HOURS, chosen].sort((a, b) => a - b);
  return minutes.map((minute) => ({ value: String(minute), label: clock(minute) }));
}

export function QuietHoursSection() {
  const { quietHours } = useSettings();
  const change = (patch: Partial<QuietHours>) =>
    changeSettings({ quietHours: { ...quietHours, ...patch } });
  return (
    <Section title={t("settings.quiet")}>
      <Switch
        label={t("settings.quiet.on")}
        hint={t("settings.quiet.hint")}
        checked={quietHours.on}
        onCheckedChange={(on) => change({ on })}
        testid="settings-quiet-on"
      />
      {quietHours.on && (
        <div className={styles.ends}>
          <Select
            label={t("settings.quiet.from")}
            value={String(quietHours.from)}
            onValueChange={(value) => change({ from: Number(value) })}
            options={options(quietHours.from)}
            testid="settings-quiet-from"
          />
          <Select
            label={t("settings.quiet.to")}
            value={String(quietHours.to)}
            onValueChange={(value) => change({ to: Number(value) })}
            options={options(quietHours.to)}
            testid="settings-quiet-to"
          />
        </div>
      )}
    </Section>
  );
}
