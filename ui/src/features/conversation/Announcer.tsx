import { useEffect, useRef, useState } from "react";
import { beginningOf } from "~/components/names";
import { VisuallyHidden } from "~/components/VisuallyHidden";
import { t } from "~/i18n/t";
import type { MessageId, MessageView } from "~/ipc/bindings";
import { systemTone } from "~/words/systemLine";
import { plainText } from "./messageWords";

const KEPT = 5;

/** What somebody wrote, and lines of the program that ask for something. */
function isNews({ direction, body }: MessageView): boolean {
  if (body.kind === "text") return direction === "in";
  const tone = systemTone(body.line);
  return tone === "danger" || tone === "warn";
}

function newsOf(message: MessageView, name: string): string {
  const text = beginningOf(plainText(message, name), 500);
  return message.direction === "system" ? text : t("list.incoming", { name, text });
}

export interface AnnouncerProps {
  messages: readonly MessageView[];
  /** Whether the rows end with the newest message: a loaded page is not news. */
  complete: boolean;
  name: string;
}

/**
 * Speaks messages that come in. Apart from the list, because that one also gets pages of old
 * messages, which nobody wants to hear.
 */
export function Announcer({ messages, complete, name }: AnnouncerProps) {
  const newest = useRef<MessageId | null>(null);
  const [spoken, setSpoken] = useState<{ id: MessageId; text: string }[]>([]);
  const last = messages.at(-1);
  useEffect(() => {
    const before = newest.current;
    if (last === undefined || !complete) return;
    newest.current = last.id;
    if (before === null || last.id <= before) return;
    const fresh = messages.filter((message) => message.id > before && isNews(message));
    if (fresh.length === 0) return;
    setSpoken((now) =>
      [
        ...now,
        ...fresh.map((message) => ({
          id: message.id,
          text: newsOf(message, name),
        })),
      ].slice(-KEPT),
    );
  }, [messages, last, complete, name]);
  return (
    <VisuallyHidden>
      <span role="log" aria-live="polite">
        {spoken.map(({ id, text }) => (
          <span key={id}>{text}</span>
        ))}
      </span>
    </VisuallyHidden>
  );
}
