/** Screen 5, already of the new profile: one's own code to be scanned, or the first contact's link. */
import { Button } from "~/components/Button";
import { Screen } from "~/components/Screen";
import { t } from "~/i18n/t";
import type { ProfileView } from "~/ipc/bindings";
import { AddBody, type AddFlow, useAddFlow } from "~/parts/addFlow";
import { OwnCode } from "~/parts/OwnCode";
import { useOutsideLink } from "~/parts/useOutsideLink";
import { useStore } from "~/state/store";
import { STEPS } from "./draft";
import styles from "./Steps.module.css";

export function ContactStep({ profile, onDone }: { profile: ProfileView; onDone: () => void }) {
  const flow = useAddFlow();
  useOutsideLink({
    onLink: (link) => {
      flow.setWay("link");
      flow.link.read(link);
    },
    onRefused: (code) => {
      flow.setWay("link");
      flow.link.refuse(code);
    },
  });
  return (
    <Screen
      title={t("onboarding.contact.title")}
      testid="onboarding-step-contact"
      actions={
        <>
          <Actions flow={flow} onDone={onDone} />
          <span className={styles.place}>
            {t("onboarding.step", { step: STEPS.length, count: STEPS.length })}
          </span>
        </>
      }
    >
      <p className="dim">
        {t(flow.step.kind === "confirm" ? "link.ask.text" : "onboarding.contact.text")}
      </p>
      <div className={styles.panel}>
        <AddBody
          flow={flow}
          onOpenChat={onDone}
          underKey={
            <section className={styles.yours} aria-labelledby={`${flow.formId}-own`}>
              <h2 id={`${flow.formId}-own`} className="type-heading">
                {t("onboarding.contact.yours")}
              </h2>
              <OwnCode profile={profile} />
            </section>
          }
        />
      </div>
    </Screen>
  );
}

function Actions({ flow, onDone }: { flow: AddFlow; onDone: () => void }) {
  const { step, link, formId, busy } = flow;
  // Somebody may have scanned the code meanwhile.
  const somebody = useStore((state) => state.chats.size > 0);
  if (step.kind === "done" || (step.kind === "code" && somebody)) {
    return (
      <Button
        // A button of its own, not the one before it: only then it takes the focus.
        key="done"
        variant="primary"
        autoFocus={step.kind === "done"}
        onClick={onDone}
        data-testid="onboarding-done"
      >
        {t("onboarding.contact.done")}
      </Button>
    );
  }
  return (
    <>
      {step.kind === "link" && (
        <Button
          type="submit"
          form={formId}
          variant="primary"
          busy={busy}
          data-testid="link-continue"
        >
          {t("link.continue")}
        </Button>
      )}
      {(step.kind === "key" || (step.kind === "confirm" && !step.known)) && (
        <Button
          type="submit"
          form={formId}
          variant="primary"
          busy={busy}
          data-testid="onboarding-add"
        >
          {t("add.submit")}
        </Button>
      )}
      {step.kind === "confirm" ? (
        <Button onClick={link.back} data-testid="link-cancel">
          {t("add.cancel")}
        </Button>
      ) : (
        <Button onClick={onDone} data-testid="onboarding-later">
          {t("onboarding.contact.later")}
        </Button>
      )}
    </>
  );
}
