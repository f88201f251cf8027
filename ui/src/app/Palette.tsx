import { Search } from "lucide-react";
import { type RefObject, useId, useRef, useState } from "react";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Dialog } from "~/components/Dialog";
import { Kbd } from "~/components/Kbd";
import { keysOf } from "~/components/shortcuts";
import { showToast } from "~/components/Toast";
import { errorWords } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { Theme } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { chatName, contactOf } from "~/state/chatKind";
import { useSortedChats } from "~/state/selectors";
import { openChat } from "./navigate";
import styles from "./Palette.module.css";
import { type CommandId, type PaletteItem, paletteItems } from "./paletteItems";
import { shell } from "./shell";

export interface PaletteProps {
  open: boolean;
  onClose: () => void;
}

/** Ctrl K: goes to a chat or does a command. https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
export function Palette({ open, onClose }: PaletteProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(shown) => !shown && onClose()}
      title={t("palette.field")}
      width={640}
      initialFocus={field}
      bare
      testid="palette"
    >
      <Choices field={field} onClose={onClose} />
    </Dialog>
  );
}

interface ChoicesProps {
  field: RefObject<HTMLInputElement | null>;
  onClose: () => void;
}

function Choices({ field, onClose }: ChoicesProps) {
  const chats = useSortedChats();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const items = paletteItems(chats, words);
  const firstCommand = items.findIndex((item) => item.kind === "command");

  const choose = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    if (item.kind === "chat") openChat(item.chat.id);
    else run(item.id);
  };
  const move = (to: number) => {
    const next = Math.min(items.length - 1, Math.max(0, to));
    setAt(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
  };

  return (
    <>
      <div className={styles.field}>
        <Search size={18} strokeWidth={1.8} aria-hidden />
        <input
          ref={field}
          type="text"
          dir="auto"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          aria-label={t("palette.field")}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
          placeholder={t("palette.field")}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "ArrowDown") move(at + 1);
            else if (event.key === "ArrowUp") move(at - 1);
            else if (event.key === "Enter") choose(items[at]);
            else return;
            event.preventDefault();
          }}
          data-testid="palette-field"
        />
      </div>
      <div className={styles.list} role="listbox" id={`${id}-list`} aria-label={t("palette.field")}>
        {items.map((item, index) => (
          <Choice
            key={item.kind === "chat" ? `chat-${item.chat.id}` : item.id}
            id={`${id}-${index}`}
            item={item}
            heading={
              index === firstCommand
                ? t("palette.commands")
                : index === 0
                  ? t("palette.chats")
                  : null
            }
            selected={index === at}
            onPoint={() => setAt(index)}
            onChoose={() => choose(item)}
          />
        ))}
      </div>
      {items.length === 0 && (
        <p role="status" className={styles.nothing}>
          {t("palette.nothing")}
        </p>
      )}
    </>
  );
}

interface ChoiceProps {
  id: string;
  item: PaletteItem;
  heading: string | null;
  selected: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Choice({ id, item, heading, selected, onPoint, onChoose }: ChoiceProps) {
  return (
    <>
      {heading !== null && (
        <div className={styles.group} role="presentation">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field chooses */}
      <div
        id={id}
        role="option"
        aria-selected={selected}
        className={styles.option}
        onPointerMove={onPoint}
        onClick={onChoose}
        data-testid="palette-option"
      >
        {item.kind === "chat" ? (
          <>
            <Avatar name={chatName(item.chat)} hue={contactOf(item.chat).hue} size={28} />
            <Name text={chatName(item.chat)} />
          </>
        ) : (
          <>
            <span className={styles.icon}>
              <item.icon size={18} strokeWidth={1.8} aria-hidden />
            </span>
            <span>{t(item.label)}</span>
            {item.keys && <Kbd keys={keysOf(item.keys)} />}
          </>
        )}
      </div>
    </>
  );
}

function run(command: CommandId): void {
  switch (command) {
    case "add":
      shell.open({ kind: "add-contact" });
      break;
    case "people":
      shell.open({ kind: "people" });
      break;
    case "settings":
      shell.open({ kind: "settings" });
      break;
    case "requests":
      shell.showRequests(true);
      break;
    case "reconnect":
      ipc.reconnectNow().catch(complain);
      break;
    case "light":
    case "dark":
    case "system":
      setTheme(command);
      break;
  }
}

function setTheme(theme: Theme): void {
  ipc.updateSettings({ theme }).catch(complain);
}

function complain(error: unknown): void {
  showToast({ text: errorWords(codeOf(error)).title, tone: "danger" });
}
