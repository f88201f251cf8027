/** The settings: panes beside a list of them. Every setting acts at once; there is no Save. */
import { type ReactNode, useRef, useState } from "react";
import { Dialog } from "~/components/Dialog";
import { Tabs } from "~/components/Tabs";
import { t } from "~/i18n/t";
import { AboutPane } from "./AboutPane";
import { AppearancePane } from "./AppearancePane";
import { GeneralPane } from "./GeneralPane";
import { KeyboardPane } from "./KeyboardPane";
import { NotificationsPane } from "./NotificationsPane";
import { PrivacyPane } from "./PrivacyPane";
import { ProfilePane } from "./ProfilePane";
import { PANES, type SettingsPane } from "./panes";
import { RelaysPane } from "./RelaysPane";
import styles from "./SettingsDialog.module.css";

export interface SettingsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The pane that is shown first. */
  readonly initial?: SettingsPane | undefined;
}

const CONTENT: Readonly<Record<SettingsPane, () => ReactNode>> = {
  profile: ProfilePane,
  relays: RelaysPane,
  general: GeneralPane,
  notifications: NotificationsPane,
  appearance: AppearancePane,
  privacy: PrivacyPane,
  keyboard: KeyboardPane,
  about: AboutPane,
};

export function SettingsDialog({ open, onClose, initial = "profile" }: SettingsDialogProps) {
  const box = useRef<HTMLDivElement>(null);
  // Each opening begins at the pane that was asked for, also while the last one still fades out.
  const [opening, setOpening] = useState({ open, count: 0 });
  if (opening.open !== open) setOpening({ open, count: opening.count + (open ? 1 : 0) });
  const tab = {
    get current() {
      return box.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]') ?? null;
    },
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={880}
      title={t("settings.title")}
      initialFocus={tab}
      testid="settings-dialog"
    >
      <div ref={box} className={styles.panes}>
        <Panes key={opening.count} initial={initial} />
      </div>
    </Dialog>
  );
}

function Panes({ initial }: { initial: SettingsPane }) {
  const [pane, setPane] = useState(initial);
  return (
    <Tabs
      label={t("settings.panes")}
      orientation="vertical"
      value={pane}
      onValueChange={setPane}
      listClassName={styles.nav}
      panelClassName={styles.panel}
      tabs={PANES.map(({ id, label, icon }) => {
        const Content = CONTENT[id];
        return {
          value: id,
          label: t(label),
          icon,
          testid: `settings-tab-${id}`,
          panel: (
            <section className={styles.pane} aria-label={t(label)} data-testid={`settings-${id}`}>
              <Content />
            </section>
          ),
        };
      })}
    />
  );
}
