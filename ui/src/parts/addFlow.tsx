/**
 * The ways to a contact and the steps of each: one's own code, somebody's link or picture, id and key.
 * The dialog and the last screen of the first start put their own frame and buttons around it.
 */

import { Camera, ClipboardPaste, KeyRound, Monitor, QrCode as QrIcon } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";
import { Button } from "~/components/Button";
import { Fault } from "~/components/Fault";
import { Progress } from "~/components/Progress";
import { Tabs } from "~/components/Tabs";
import { useFocusKept } from "~/components/useFocusKept";
import { t } from "~/i18n/t";
import type { ChatId, ChatView } from "~/ipc/bindings";
import { contactOf } from "~/state/chatKind";
import { useChat } from "~/state/selectors";
import { useSettled } from "~/state/useSettled";
import { AddedContact } from "./AddedContact";
import styles from "./addFlow.module.css";
import { ContactFields } from "./ContactFields";
import { CameraView } from "./camera/CameraView";
import { type ContactForm, type Prefill, useContactForm } from "./contactForm";
import { InviteCode } from "./InviteCode";
import { LinkConfirm } from "./LinkConfirm";
import { LinkEntry } from "./LinkEntry";
import { type Outside, useNextOutside } from "./outside";
import { type ClipOffer, useClipOffer } from "./useClipOffer";
import { type OwnInvite, useInvite } from "./useInvite";
import { type FoundLink, type LinkForm, useLinkForm } from "./useLinkForm";
import { useSeesScreen } from "./useSeesScreen";

export type Way = "code" | "scan" | "link" | "key";

export type AddStep =
  | { readonly kind: Way }
  | { readonly kind: "confirm"; readonly found: FoundLink; readonly known: ChatView | null }
  | { readonly kind: "done"; readonly chat: ChatView };

export interface AddFlow {
  readonly step: AddStep;
  readonly way: Way;
  readonly setWay: (way: Way) => void;
  readonly key: ContactForm;
  readonly link: LinkForm;
  /** One's own invite, once the person has looked at it. */
  readonly own: OwnInvite;
  /** A link on the clipboard that the person may want to use. */
  readonly clip: ClipOffer;
  /** The id of the form that is on screen, for a button outside of it. */
  readonly formId: string;
  readonly busy: boolean;
  /** The question came by itself a moment ago: nothing answers it yet. */
  readonly held: boolean;
  readonly addByKey: () => void;
  readonly addByLink: () => void;
  /** From the question to where it came in. */
  readonly back: () => void;
  /** What has the focus first. */
  readonly first: RefObject<HTMLElement | null>;
}

export interface AddStart {
  /** From the people online. */
  readonly prefill?: Prefill | undefined;
  /** For something that came from outside of the window. */
  readonly outside?: boolean | undefined;
}

/** @param free whether it is in sight and nothing stands before it. */
export function useAddFlow({ prefill, outside }: AddStart, free: boolean): AddFlow {
  const [way, setWay] = useState<Way>(() => {
    if (outside) return "link";
    return prefill ? "key" : "code";
  });
  const [wayBefore, setWayBefore] = useState<Way | null>(null);
  const [added, setAdded] = useState<ChatId | null>(null);
  const key = useContactForm(prefill);
  const link = useLinkForm();
  const own = useInvite();
  const { found } = link;
  const formId = useId();
  const first = useRef<HTMLElement>(null);
  const chat = useChat(added);
  const known = useChat(found?.view.known ?? null);

  const step = ((): AddStep => {
    if (chat) return { kind: "done", chat };
    if (found) return { kind: "confirm", found, known };
    return { kind: way };
  })();
  const place = useRef(step.kind);
  useEffect(() => {
    // Back from the question: the button that was pressed is gone.
    if (place.current === "confirm" && step.kind !== "done") first.current?.focus();
    place.current = step.kind;
  }, [step.kind]);
  useEffect(() => {
    if (link.refusals > 0) first.current?.focus();
  }, [link.refusals]);

  const busy = key.busy || link.busy;
  const deciding = step.kind === "confirm" || step.kind === "done";
  const take = (item: Outside): boolean => {
    if (!link.takeOutside(item)) return false;
    setWayBefore(way);
    setWay("link");
    return true;
  };
  useNextOutside(free && !busy && !deciding, take, free && found ? found.link : null);
  const held = !useSettled(found?.outside ? found : null);
  const clip = useClipOffer(!(prefill || outside), (text) => {
    setWay("link");
    link.read(text);
  });

  return {
    step,
    way,
    setWay: (next) => {
      // The panel of the way before stays for a frame; what it reads is not wanted any more at once.
      link.forget();
      setWay(next);
    },
    key,
    link,
    own,
    clip,
    formId,
    busy,
    held,
    addByKey: () => void key.submit().then(setAdded),
    addByLink: () => {
      if (!held) void link.add().then(setAdded);
    },
    back: () => {
      link.back();
      if (found?.outside && wayBefore) setWay(wayBefore);
    },
    first,
  };
}

export interface AddBodyProps {
  readonly flow: AddFlow;
  readonly onOpenChat: (chat: ChatId) => void;
  /** Below one's own code. */
  readonly underCode?: ReactNode;
  /** Below the fields for id and key. */
  readonly underKey?: ReactNode;
}

export function AddBody({ flow, onOpenChat, underCode, underKey }: AddBodyProps) {
  const { step, way, setWay, formId } = flow;
  const kept = useFocusKept<HTMLDivElement>();
  const field = flow.first as RefObject<HTMLInputElement | null>;
  switch (step.kind) {
    case "done":
      return <AddedContact contact={contactOf(step.chat)} />;
    case "confirm":
      return (
        <LinkConfirm
          found={step.found}
          known={step.known}
          form={flow.link}
          formId={formId}
          onSubmit={flow.addByLink}
        />
      );
    case "code":
    case "scan":
    case "link":
    case "key":
      return (
        <div {...kept}>
          <Tabs
            label={t("add.ways")}
            value={way}
            onValueChange={setWay}
            chosenRef={step.kind === "code" ? flow.first : undefined}
            panelClassName={styles.panel}
            panelsBeginWithField
            tabs={[
              {
                value: "code",
                label: t("add.way.code"),
                icon: QrIcon,
                testid: "add-way-code",
                panel: (
                  <OwnCodePanel own={flow.own} onOpenChat={onOpenChat}>
                    {underCode}
                  </OwnCodePanel>
                ),
              },
              {
                value: "scan",
                label: t("add.way.scan"),
                icon: Camera,
                testid: "add-way-scan",
                panel: <ScanTab flow={flow} />,
              },
              {
                value: "link",
                label: t("add.way.link"),
                icon: ClipboardPaste,
                testid: "add-way-link",
                panel: <LinkEntry form={flow.link} formId={formId} field={field} />,
              },
              {
                value: "key",
                label: t("add.way.key"),
                icon: KeyRound,
                testid: "add-way-key",
                panel: (
                  <>
                    <ContactFields
                      form={flow.key}
                      formId={formId}
                      firstField={field}
                      onSubmit={flow.addByKey}
                    />
                    {underKey}
                  </>
                ),
              },
            ]}
          />
        </div>
      );
  }
}

/** The camera, until it has found a code; what that says is then asked about. */
function ScanTab({ flow: { link, setWay } }: { flow: AddFlow }) {
  const { forget, fault, busy } = link;
  const seesScreen = useSeesScreen();
  // Whoever has gone elsewhere is not shown what was read here.
  useEffect(() => forget, [forget]);
  return (
    <div className={styles.scan}>
      {fault || busy ? (
        <>
          {busy && <Progress label={t("link.reading")} />}
          <Fault words={fault} testid="scan-fault" />
          {fault && (
            <Button onClick={link.back} data-testid="scan-again">
              {t("common.tryAgain")}
            </Button>
          )}
        </>
      ) : (
        <CameraView onCode={link.scanned} />
      )}
      <div className={styles.ways}>
        {seesScreen && (
          <Button
            size="small"
            icon={Monitor}
            held={busy}
            onClick={link.readScreen}
            data-testid="scan-screen"
          >
            {t("camera.screen")}
          </Button>
        )}
        <Button
          size="small"
          variant="ghost"
          onClick={() => setWay("link")}
          data-testid="scan-other"
        >
          {t("add.scan.other")}
        </Button>
      </div>
    </div>
  );
}

interface OwnCodePanelProps {
  readonly own: OwnInvite;
  readonly onOpenChat: (chat: ChatId) => void;
  readonly children: ReactNode;
}

/** The invite is made when it is first looked at. */
function OwnCodePanel({ own, onOpenChat, children }: OwnCodePanelProps) {
  const { begin } = own;
  useEffect(begin, [begin]);
  return (
    <>
      <InviteCode own={own} onOpenChat={onOpenChat} />
      {children}
    </>
  );
}
