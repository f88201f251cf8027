/** One's own id and public key, to give to somebody. */
import { Copy } from "lucide-react";
import { Button } from "~/components/Button";
import { CopyField } from "~/components/CopyField";
import { copyText } from "~/components/copy";
import { showToast } from "~/components/Toast";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ProfileView } from "~/ipc/bindings";
import { Fingerprint } from "./Fingerprint";
import { writeIdAndKey } from "./idAndKey";
import styles from "./OwnCode.module.css";

export function OwnCode({ profile }: { profile: ProfileView }) {
  const copyBoth = async (): Promise<void> => {
    try {
      await copyText(writeIdAndKey(profile.userId, profile.publicKey));
      showToast({ text: t("own.copied") });
    } catch {
      showToast({ text: t("copy.failed"), tone: "danger" });
    }
  };
  return (
    <div className={styles.own}>
      <CopyField label={t("own.id")} value={profile.userId} testid="own-id" />
      <CopyField label={t("own.key")} value={profile.publicKey} testid="own-public-key" />
      <p className="type-small dim">
        <T
          id="own.fingerprint"
          values={{ digits: <Fingerprint digits={profile.keyFingerprint} /> }}
        />
      </p>
      <div>
        <Button
          size="small"
          icon={Copy}
          onClick={() => void copyBoth()}
          data-testid="own-copy-both"
        >
          {t("own.copy_both")}
        </Button>
      </div>
    </div>
  );
}
