/** The relays: how each stands, adding (tested first), sorting, removing; and the proxy to them. */
import { Monitor, Plus, RadioTower } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Dialog } from "~/components/Dialog";
import { EmptyState } from "~/components/EmptyState";
import { Fault } from "~/components/Fault";
import { LearnMore } from "~/components/LearnMore";
import { RadioGroup } from "~/components/RadioGroup";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { RelayView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { NO_TRIAL, RelayAddressTest, usableUrl } from "~/parts/RelayAddressTest";
import { relayName } from "~/parts/relayWords";
import { isOnlyHere, THIS_COMPUTER } from "~/state/relayPlace";
import { useMoved, useRelays } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { useKept } from "~/state/useKept";
import { ProxySection } from "./ProxySection";
import { RelayList } from "./RelayList";
import { Section } from "./Section";

export function RelaysPane() {
  const relays = useRelays();
  const moved = useMoved();
  // On a computer that the identity has left no relay reaches anybody.
  const onlyHere = !moved && relays.length > 0 && relays.every(({ url }) => isOnlyHere(url));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<RelayView | null>(null);
  return (
    <>
      <Section
        title={t("settings.relays.list")}
        hint={relays.length > 1 && t("settings.relays.hint")}
      >
        {relays.length === 0 ? (
          <EmptyState
            icon={RadioTower}
            title={t("settings.relays.none")}
            text={t("settings.relays.none.text")}
          />
        ) : (
          <RelayList relays={relays} onRemove={setRemoving} />
        )}
        {onlyHere && (
          <Card
            tone="warn"
            icon={Monitor}
            title={t("settings.relays.onlyHere")}
            testid="only-here"
          />
        )}
        <p className="type-small dim">{t("relay.what")}</p>
        <LearnMore about={t("settings.relays.add")}>
          <p className="dim">{t("relay.get")}</p>
        </LearnMore>
        <div>
          <Button icon={Plus} onClick={() => setAdding(true)} data-testid="settings-relay-add">
            {t("settings.relays.add")}
          </Button>
        </div>
      </Section>
      <ProxySection />
      <AddRelay open={adding} onClose={() => setAdding(false)} />
      <RemoveRelay relay={removing} last={relays.length === 1} onClose={() => setRemoving(null)} />
    </>
  );
}

function AddRelay({ open, onClose }: { open: boolean; onClose: () => void }) {
  const address = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={560}
      title={t("settings.relays.add.title")}
      description={t("settings.relays.add.text")}
      initialFocus={address}
      testid="add-relay-dialog"
    >
      <AddRelayForm address={address} onClose={onClose} />
    </Dialog>
  );
}

interface AddRelayFormProps {
  readonly address: RefObject<HTMLInputElement | null>;
  readonly onClose: () => void;
}

function AddRelayForm({ address, onClose }: AddRelayFormProps) {
  const hereListed = useRelays().some(({ place }) => place === "this_computer");
  const [choice, setChoice] = useState<"own" | "here">("own");
  const [trial, setTrial] = useState(NO_TRIAL);
  const [tried, setTried] = useState(false);
  const { busy, failed, run, clear } = useAction();
  const here = choice === "here";
  const url = here ? THIS_COMPUTER : usableUrl(trial);
  const add = async (): Promise<void> => {
    setTried(true);
    if (url === null || !(await run(() => ipc.addRelay(url)))) return;
    showToast({ text: t("settings.relays.added") });
    onClose();
  };
  const missing = tried && url === null && trial.result?.kind === "works";
  return (
    <div style={{ display: "grid", gap: "var(--space-4)" }}>
      {!hereListed && (
        <RadioGroup
          label={t("onboarding.relay.label")}
          hideLabel
          value={choice}
          onValueChange={(next) => {
            clear();
            setChoice(next);
          }}
          options={[
            {
              value: "own",
              label: t("onboarding.relay.own"),
              hint: t("onboarding.relay.own.hint"),
              testid: "add-relay-own",
            },
            {
              value: "here",
              label: t("relay.this_computer"),
              hint: t("onboarding.relay.here.hint"),
              testid: "add-relay-here",
            },
          ]}
          cards
        />
      )}
      {here ? (
        <Fault words={failed && errorSentence(failed)} />
      ) : (
        <RelayAddressTest
          field={address}
          trial={trial}
          onTrial={(next) => {
            setTried(false);
            setTrial(next);
          }}
          error={failed ? errorSentence(failed) : missing ? t("settings.relays.add.consent") : null}
        />
      )}
      <div style={{ display: "flex", gap: "var(--space-2)", justifyContent: "flex-end" }}>
        <Button onClick={onClose}>{t("add.cancel")}</Button>
        <Button
          variant="primary"
          busy={busy}
          disabled={!here && trial.result?.kind !== "works"}
          onClick={() => void add()}
          data-testid="add-relay-save"
        >
          {t("settings.relays.add")}
        </Button>
      </div>
    </div>
  );
}

interface RemoveRelayProps {
  readonly relay: RelayView | null;
  readonly last: boolean;
  readonly onClose: () => void;
}

function RemoveRelay({ relay, last, onClose }: RemoveRelayProps) {
  const shown = useKept(relay);
  const { failed, run } = useAction();
  if (!shown) return null;
  return (
    <AlertDialog
      open={relay !== null}
      onOpenChange={(open) => !open && onClose()}
      title={<T id="settings.relays.remove.title" values={{ name: relayName(shown.name) }} />}
      action={t("settings.relays.remove.action")}
      danger
      testid="remove-relay-dialog"
      onAction={async () => {
        if (await run(() => ipc.removeRelay(shown.id))) onClose();
      }}
    >
      {failed
        ? errorSentence(failed)
        : t(last ? "settings.relays.remove.last" : "settings.relays.remove.text")}
    </AlertDialog>
  );
}
