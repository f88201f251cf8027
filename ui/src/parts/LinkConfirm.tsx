/** What a link is, before anything is done with it: whose, reached where, and what will be added. */

import { TriangleAlert, UserRoundCheck } from "lucide-react";
import { useEffect, useRef } from "react";
import { Avatar } from "~/components/Avatar";
import { Card } from "~/components/Card";
import { Checkbox } from "~/components/Checkbox";
import { cx } from "~/components/cx";
import { Fault } from "~/components/Fault";
import { Tag } from "~/components/Tag";
import { TextField } from "~/components/TextField";
import { duration } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatView, LinkRelay, LinkView } from "~/ipc/bindings";
import who from "~/parts/Who.module.css";
import { chatName } from "~/state/chatKind";
import { isOnlyHere } from "~/state/relayPlace";
import { useNow } from "~/state/useNow";
import { Fingerprint } from "./Fingerprint";
import styles from "./LinkConfirm.module.css";
import { relayName } from "./relayWords";
import type { FoundLink, LinkForm } from "./useLinkForm";

export interface LinkConfirmProps {
  readonly found: FoundLink;
  /** The contact that this already is. */
  readonly known: ChatView | null;
  readonly form: LinkForm;
  readonly formId: string;
  readonly onSubmit: () => void;
}

export function LinkConfirm({ found, known, form, formId, onSubmit }: LinkConfirmProps) {
  const { view, outside } = found;
  const person = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // What had the focus is gone. Whoever went here goes on with the name; a link that came by itself
  // finds the person typing something else, which must not become a name, nor its Enter an answer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the question appears
  useEffect(() => (outside ? person.current : (field.current ?? person.current))?.focus(), []);
  return (
    <form
      id={formId}
      className={styles.confirm}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      data-testid="link-confirm"
    >
      <div
        ref={person}
        tabIndex={-1}
        role="group"
        aria-label={t("link.ask")}
        className={cx(who.who, styles.person)}
      >
        <Who view={view} name={form.name} />
      </div>
      {known ? (
        <Card
          tone="accent"
          icon={UserRoundCheck}
          title={<T id="link.known" values={{ name: chatName(known) }} />}
          testid="link-known"
        >
          {t("link.known.text")}
        </Card>
      ) : (
        <>
          <TextField
            ref={field}
            label={t("add.name")}
            hint={t("link.name.hint")}
            maxLength={128}
            value={form.name}
            onChange={(event) => form.setName(event.currentTarget.value)}
            data-testid="link-name"
          />
          {isUnreachable(view.relays) && (
            <Card
              tone="warn"
              icon={TriangleAlert}
              title={t("link.here.title")}
              testid="link-only-there"
            >
              {t("link.here.text")}
            </Card>
          )}
          <Relays relays={view.relays} />
          {view.relays.some(({ asks }) => asks) && (
            <Checkbox
              label={t("link.relays.private")}
              checked={form.allowPrivate}
              onCheckedChange={form.setAllowPrivate}
              testid="link-private"
            />
          )}
          <Kind view={view} />
        </>
      )}
      <Fault words={form.fault} testid="link-fault" />
    </form>
  );
}

/** Whether nobody on another computer than the sender's can use the link. */
const isUnreachable = (relays: readonly LinkRelay[]): boolean =>
  relays.length > 0 && relays.every(({ address }) => isOnlyHere(address));

function Who({ view, name }: { view: LinkView; name: string }) {
  return (
    <>
      <Avatar name={name || view.accountId} hue={view.hue} size={56} />
      <dl className={styles.facts}>
        <dt>{t("details.accountId")}</dt>
        <dd className={styles.id} dir="ltr" data-testid="link-account-id">
          {view.accountId}
        </dd>
        <dt>{t("add.result.fingerprint")}</dt>
        <dd>
          <Fingerprint digits={view.fingerprint} />
        </dd>
      </dl>
    </>
  );
}

function Relays({ relays }: { relays: readonly LinkRelay[] }) {
  const added = relays.filter(({ known }) => !known).length;
  return (
    <section className={styles.relays}>
      <h2 className="type-small">{t("link.relays")}</h2>
      <ul>
        {relays.map(({ address, known }) => (
          <li key={address} className={styles.relay}>
            <bdi dir="ltr">{relayName(address)}</bdi>
            <Tag tone={known ? "plain" : "accent"}>
              {t(known ? "link.relay.known" : "link.relay.added")}
            </Tag>
          </li>
        ))}
      </ul>
      {added > 0 && (
        <p className={styles.note} data-testid="link-level0">
          {t("link.relays.added", { count: added })} {t("relay.level0")}
        </p>
      )}
    </section>
  );
}

function Kind({ view: { what } }: { view: LinkView }) {
  const now = useNow(60_000);
  return (
    <p className={styles.note}>
      {what.kind === "invite"
        ? t("link.invite", { time: duration(what.expires_at - now) })
        : t("link.card")}
    </p>
  );
}
