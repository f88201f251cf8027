/** The proxy to the relays. SOCKS5 begins to count when its address was accepted. */
import { useState } from "react";
import { RadioGroup } from "~/components/RadioGroup";
import { t } from "~/i18n/t";
import { ipc } from "~/ipc/client";
import { useSettings } from "~/state/selectors";
import { changeSettings } from "./changeSettings";
import { InstantField } from "./InstantField";
import { Section } from "./Section";

export function ProxySection() {
  const { proxy } = useSettings();
  const [wanted, setWanted] = useState<"none" | "socks5" | null>(null);
  const kind = wanted ?? proxy.kind;
  return (
    <Section title={t("settings.proxy")}>
      <RadioGroup
        label={t("settings.proxy")}
        hideLabel
        value={kind}
        onValueChange={(value) => {
          setWanted(value);
          if (value === "none" && proxy.kind !== "none")
            changeSettings({ proxy: { kind: "none" } });
        }}
        options={[
          {
            value: "none",
            label: t("settings.proxy.none"),
            hint: t("settings.proxy.none.hint"),
            testid: "settings-proxy-none",
          },
          {
            value: "socks5",
            label: t("settings.proxy.socks5"),
            hint: t("settings.proxy.socks5.hint"),
            testid: "settings-proxy-socks5",
          },
        ]}
      />
      {kind === "socks5" && (
        <InstantField
          label={t("settings.proxy.address")}
          placeholder={t("settings.proxy.address.example")}
          mono
          value={proxy.kind === "socks5" ? proxy.address : ""}
          onSave={(address) => ipc.updateSettings({ proxy: { kind: "socks5", address } })}
          testid="settings-proxy-address"
        />
      )}
    </Section>
  );
}
