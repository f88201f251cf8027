/** How the window looks and how the Enter key behaves. */
import { RadioGroup } from "~/components/RadioGroup";
import { Select } from "~/components/Select";
import { Switch } from "~/components/Switch";
import { type MessageKey, t } from "~/i18n/t";
import type { Density, Theme } from "~/ipc/bindings";
import { ZOOMS } from "~/parts/zoom";
import { useSettings } from "~/state/selectors";
import styles from "./AppearancePane.module.css";
import { changeSettings } from "./changeSettings";

const THEMES: readonly { value: Theme; label: MessageKey }[] = [
  { value: "system", label: "settings.theme.system" },
  { value: "light", label: "settings.theme.light" },
  { value: "dark", label: "settings.theme.dark" },
  { value: "high_contrast", label: "settings.theme.high_contrast" },
];

const DENSITIES: readonly { value: Density; label: MessageKey }[] = [
  { value: "cosy", label: "settings.density.cosy" },
  { value: "compact", label: "settings.density.compact" },
];

const SIZES = [13, 14, 15, 16, 18];

export function AppearancePane() {
  const { theme, textSize, zoom, density, enterSends } = useSettings();
  return (
    <>
      <RadioGroup
        label={t("settings.theme")}
        value={theme}
        onValueChange={(value) => changeSettings({ theme: value })}
        options={THEMES.map(({ value, label }) => ({
          value,
          label: t(label),
          testid: `settings-theme-${value}`,
        }))}
      />
      <div className={styles.size}>
        <Select
          label={t("settings.text_size")}
          value={String(textSize)}
          onValueChange={(value) => changeSettings({ textSize: Number(value) })}
          options={SIZES.map((size) => ({
            value: String(size),
            label: t("settings.text_size.px", { size }),
          }))}
          testid="settings-text-size"
        />
        <p className={styles.sample} style={{ fontSize: textSize }} aria-hidden>
          {t("settings.text_size.sample")}
        </p>
      </div>
      <Select
        label={t("settings.zoom")}
        value={String(zoom)}
        onValueChange={(value) => changeSettings({ zoom: Number(value) })}
        options={ZOOMS.map((percent) => ({
          value: String(percent),
          label: t("settings.zoom.percent", { percent }),
        }))}
        testid="settings-zoom"
      />
      <RadioGroup
        label={t("settings.density")}
        value={density}
        onValueChange={(value) => changeSettings({ density: value })}
        options={DENSITIES.map(({ value, label }) => ({
          value,
          label: t(label),
          testid: `settings-density-${value}`,
        }))}
      />
      <Switch
        label={t("settings.enter_sends")}
        hint={t("settings.enter_sends.hint")}
        checked={enterSends}
        onCheckedChange={(value) => changeSettings({ enterSends: value })}
        testid="settings-enter-sends"
      />
    </>
  );
}
