/** What this is, what it has not been through, and under which terms it comes. */
import { ShieldCheck, TriangleAlert } from "lucide-react";
import { Card } from "~/components/Card";
import { t } from "~/i18n/t";
import { useProfile } from "~/state/selectors";
import styles from "./AboutPane.module.css";
import { Section } from "./Section";

/** Names and licences of the largest parts; names are not translated. */
const PARTS = [
  ["Tauri, tokio, rustls, RustCrypto", "Apache-2.0 / MIT"],
  ["SQLCipher", "BSD-3-Clause"],
  ["React, Base UI, zustand, virtua", "MIT"],
  ["Lucide", "ISC"],
  ["Inter, JetBrains Mono", "OFL-1.1"],
] as const;

export function AboutPane() {
  const profile = useProfile();
  return (
    <>
      <div>
        {/* The name is not translated. */}
        <h3 className="type-title">Sotto</h3>
        <p className="dim num" data-testid="settings-version">
          {t("settings.about.version", { version: profile?.version ?? "" })}
        </p>
      </div>
      <Card tone="warn" icon={TriangleAlert} title={t("settings.about.audit")}>
        {t("settings.about.audit.text")}
      </Card>
      <Card icon={ShieldCheck} title={t("settings.about.secrecy")}>
        {t("settings.about.secrecy.text")}
      </Card>
      <Section title={t("settings.about.licence")}>
        <p>{t("settings.about.licence.text")}</p>
      </Section>
      <Section title={t("settings.about.parts")}>
        <dl className={styles.parts}>
          {PARTS.map(([name, licence]) => (
            <div key={name} className={styles.part}>
              <dt>{name}</dt>
              <dd className="dim">{licence}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  );
}
