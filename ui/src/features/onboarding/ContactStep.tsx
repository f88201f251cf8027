/** Screen 5, already of the new profile: one's own code to be scanned, or the first contact's link. */
import { Button } from "~/components/Button";
import { Screen } from "~/components/Screen";
import { type MessageKey, t } from "~/i18n/t";
import type { ChatId, ProfileView } from "~/ipc/bindings";
import { AddNews } from "~/parts/AddNews";
import { AddBody, type AddFlow, type AddStep, useAddFlow } from "~/parts/addFlow";
import { OwnCode } from "~/parts/OwnCode";
import { useOutside } from "~/parts/outside";
import { useStore } from "~/state/store";
import { STEPS } from "./draft";
import styles from "./Steps.module.css";

export interface ContactStepProps {
  readonly profile: ProfileView;
  /** The main window may appear, at a chat if the person asked for one. */
  readonly onDone: (chat?: ChatId) => void;
}

export function ContactStep({ profile, onDone }: ContactStepProps) {
  useOutside();
  const flow = useAddFlow({}, true);
  return (
    <Screen
      title={t("onboarding.contact.title")}
      testid="onboarding-step-contact"
      actions={
        <>
          <Actions flow={flow} onDone={onDone} />
          <AddNews flow={flow} onOpenChat={onDone} />
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

function leaveWords(step: AddStep, over: boolean): MessageKey {
  if (step.kind === "done") return "add.open_chat";
  return over ? "onboarding.contact.done" : "onboarding.contact.later";
}

type ActionsProps = Pick<ContactStepProps, "onDone"> & { readonly flow: AddFlow };

function Actions({ flow, onDone }: ActionsProps) {
  const { step, formId, busy, held } = flow;
  // Somebody may have scanned the code meanwhile.
  const somebody = useStore((state) => state.chats.size > 0);
  const over = step.kind === "done" || (step.kind === "code" && somebody);
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
          held={held}
          data-testid="onboarding-add"
        >
          {t("add.submit")}
        </Button>
      )}
      {step.kind === "confirm" ? (
        <Button key="cancel" onClick={flow.back} data-testid="link-cancel">
          {t("add.cancel")}
        </Button>
      ) : (
        <Button
          // Where somebody was added the button is another one, so that it takes the focus; where
          // somebody scanned the code it is the same, so that it keeps it.
          key={step.kind === "done" ? "done" : "leave"}
          variant={over ? "primary" : "quiet"}
          autoFocus={step.kind === "done"}
          onClick={() => (step.kind === "done" ? onDone(step.chat.id) : onDone())}
          data-testid={over ? "onboarding-done" : "onboarding-later"}
        >
          {t(leaveWords(step, over))}
        </Button>
      )}
    </>
  );
}
