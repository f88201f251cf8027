/** When the program starts, and what closing its window means. */
import { useEffect, useState } from "react";
import { RadioGroup } from "~/components/RadioGroup";
import { Switch } from "~/components/Switch";
import { errorSentence } from "~/i18n/errors";
import { type MessageKey, t } from "~/i18n/t";
import type { Closing } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useSettings } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { changeSettings } from "./changeSettings";
import { Section } from "./Section";

const CLOSINGS: readonly { value: Closing; label: MessageKey; hint?: MessageKey }[] = [
  {
    value: "background",
    label: "settings.closing.background",
    hint: "settings.closing.background.hint",
  },
  { value: "quit", label: "settings.closing.quit", hint: "settings.closing.quit.hint" },
  { value: "ask", label: "settings.closing.ask" },
];

export function GeneralPane() {
  const { closing } = useSettings();
  return (
    <>
      <Section title={t("settings.login")}>
        <LoginSwitch />
      </Section>
      <RadioGroup
        label={t("settings.closing")}
        value={closing}
        onValueChange={(value) => changeSettings({ closing: value })}
        options={CLOSINGS.map(({ value, label, hint }) => ({
          value,
          label: t(label),
          hint: hint && t(hint),
          testid: `settings-closing-${value}`,
        }))}
      />
    </>
  );
}

/** The system's own list says whether it is on: other programs can change it. */
function LoginSwitch() {
  const [starts, setStarts] = useState<boolean | null>(null);
  const { busy, failed, run } = useAction();
  useEffect(() => {
    void run(async () => setStarts(await ipc.loginStart()));
  }, [run]);
  const change = (start: boolean) =>
    run(async () => {
      await ipc.setLoginStart(start);
      setStarts(await ipc.loginStart());
    });
  return (
    <>
      <Switch
        label={t("settings.login.start")}
        hint={t("settings.login.start.hint")}
        checked={starts ?? false}
        onCheckedChange={(start) => void change(start)}
        disabled={busy || starts === null}
        testid="settings-login-start"
      />
      <p role="status" className="type-small dim">
        {failed && errorSentence(failed)}
      </p>
    </>
  );
}
