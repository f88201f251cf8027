/** Screen 5, already of the new profile: one's own id and key to give away, and the first contact. */
import { useId, useState } from "react";
import { Button } from "~/components/Button";
import { Screen } from "~/components/Screen";
import { t } from "~/i18n/t";
import type { ChatId, ProfileView } from "~/ipc/bindings";
import { AddedContact } from "~/parts/AddedContact";
import { ContactFields } from "~/parts/ContactFields";
import { useContactForm } from "~/parts/contactForm";
import { OwnCode } from "~/parts/OwnCode";
import { useChat } from "~/state/selectors";
import { STEPS } from "./draft";
import styles from "./Steps.module.css";

export function ContactStep({ profile, onDone }: { profile: ProfileView; onDone: () => void }) {
  const form = useContactForm();
  const formId = useId();
  const [added, setAdded] = useState<ChatId | null>(null);
  const chat = useChat(added);
  const submit = async (): Promise<void> => setAdded(await form.submit());

  return (
    <Screen
      title={t("onboarding.contact.title")}
      testid="onboarding-step-contact"
      actions={
        <>
          {chat ? (
            <Button variant="primary" onClick={onDone} data-testid="onboarding-done">
              {t("onboarding.contact.done")}
            </Button>
          ) : (
            <>
              <Button
                type="submit"
                form={formId}
                variant="primary"
                busy={form.busy}
                data-testid="onboarding-add"
              >
                {t("add.submit")}
              </Button>
              <Button onClick={onDone} data-testid="onboarding-later">
                {t("onboarding.contact.later")}
              </Button>
            </>
          )}
          <span className={styles.place}>
            {t("onboarding.step", { step: STEPS.length, count: STEPS.length })}
          </span>
        </>
      }
    >
      <p className="dim">{t("onboarding.contact.text")}</p>
      <section className={styles.panel} aria-labelledby={`${formId}-own`}>
        <h2 id={`${formId}-own`} className="type-heading">
          {t("onboarding.contact.yours")}
        </h2>
        <OwnCode profile={profile} />
      </section>
      <section className={styles.panel} aria-labelledby={`${formId}-their`}>
        <h2 id={`${formId}-their`} className="type-heading">
          {t("onboarding.contact.theirs")}
        </h2>
        {chat ? (
          <AddedContact contact={chat.contact} />
        ) : (
          <ContactFields form={form} formId={formId} onSubmit={() => void submit()} />
        )}
      </section>
    </Screen>
  );
}
