/** The person's own names and keys. */
import { KeyRound } from "lucide-react";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { CopyField } from "~/components/CopyField";
import { LearnMore } from "~/components/LearnMore";
import { type MessageKey, t } from "~/i18n/t";
import type { KeyStorage } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useProfile } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { InstantField } from "./InstantField";
import { Section } from "./Section";

const STORAGE: Readonly<Record<KeyStorage, MessageKey>> = {
  os_keychain: "settings.keys.os_keychain",
  passphrase: "settings.keys.passphrase",
};

export function ProfilePane() {
  const profile = useProfile();
  const { run } = useAction();
  if (!profile) return null;
  return (
    <>
      <InstantField
        label={t("settings.name")}
        hint={t("settings.name.hint")}
        value={profile.name}
        onSave={(name) => ipc.updateProfile({ name })}
        testid="settings-name"
      />
      <div>
        <InstantField
          label={t("settings.user_id")}
          hint={t("settings.user_id.hint")}
          value={profile.userId}
          onSave={(userId) => ipc.updateProfile({ userId })}
          testid="settings-user-id"
        />
        <LearnMore about={t("settings.user_id")}>
          <p className="dim">{t("details.guideMore")}</p>
        </LearnMore>
        {profile.userId !== profile.accountId && (
          <Button
            size="small"
            variant="ghost"
            onClick={() => void run(() => ipc.updateProfile({ userId: profile.accountId }))}
            data-testid="settings-user-id-default"
          >
            {t("settings.user_id.default")}
          </Button>
        )}
      </div>
      <Section title={t("settings.keys")}>
        <CopyField
          label={t("settings.account_id")}
          value={profile.accountId}
          testid="settings-account-id"
        />
        <CopyField
          label={t("settings.public_key")}
          value={profile.publicKey}
          testid="settings-public-key"
        />
        <CopyField
          label={t("settings.key_fingerprint")}
          value={profile.keyFingerprint}
          grouped={4}
          testid="settings-key-fingerprint"
        />
        <CopyField
          label={t("settings.fingerprint")}
          value={profile.fingerprint}
          grouped={4}
          testid="settings-fingerprint"
        />
        <Card icon={KeyRound} title={t(STORAGE[profile.keyStorage])} testid="settings-key-storage">
          {t("settings.keys.hint")}
        </Card>
        {profile.profile !== "" && (
          <p className="type-small dim">
            {t("settings.profile_name")}: <bdi>{profile.profile}</bdi>
          </p>
        )}
      </Section>
    </>
  );
}
