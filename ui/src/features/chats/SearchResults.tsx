import { SearchX } from "lucide-react";
import { Fragment, type KeyboardEvent, useMemo, useRef } from "react";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Button } from "~/components/Button";
import { EmptyState } from "~/components/EmptyState";
import { Spinner } from "~/components/Spinner";
import { VisuallyHidden } from "~/components/VisuallyHidden";
import { listTime } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, ChatView, MessageId, SearchHit } from "~/ipc/bindings";
import { chatsNamed } from "~/search/chatsNamed";
import { useSearch } from "~/search/useSearch";
import { chatName, contactOf } from "~/state/chatKind";
import styles from "./SearchResults.module.css";

export interface SearchResultsProps {
  words: string;
  chats: readonly ChatView[];
  now: number;
  onOpen: (chat: ChatId, message?: MessageId) => void;
  /** Up from the first result. */
  onLeave: () => void;
}

/** What was found, in place of the chat list: people first, then messages, newest first. */
export function SearchResults({ words, chats, now, onOpen, onLeave }: SearchResultsProps) {
  const { found, running, failed, more } = useSearch(words);
  const people = useMemo(() => chatsNamed(chats, words, 5), [chats, words]);
  const names = useMemo(() => new Map(chats.map((chat) => [chat.id, chatName(chat)])), [chats]);
  const box = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || !box.current) return;
    const results = [...box.current.querySelectorAll<HTMLElement>("[data-result]")];
    const next = results.indexOf(document.activeElement as HTMLElement) + step;
    if (next < 0) onLeave();
    else results[next]?.focus();
    event.preventDefault();
  };

  const none = found?.text === words.trim() && found.hits.length === 0 && people.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows between the results inside
    <div className={styles.results} ref={box} onKeyDown={onKeyDown} data-testid="search-results">
      <p role="status" className="visually-hidden">
        {found && !running && t("search.count", { count: found.total })}
      </p>
      {people.length > 0 && (
        <section aria-label={t("search.chats")}>
          <h2 className={styles.heading}>{t("search.chats")}</h2>
          <ul>
            {people.map((chat) => (
              <li key={chat.id}>
                <button
                  type="button"
                  className={styles.person}
                  onClick={() => onOpen(chat.id)}
                  data-result
                  data-testid="search-chat"
                >
                  <Avatar name={chatName(chat)} hue={contactOf(chat).hue} size={28} />
                  <Name text={chatName(chat)} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {found && found.hits.length > 0 && (
        <section aria-label={t("search.messages")}>
          <h2 className={styles.heading}>{t("search.messages")}</h2>
          <ul>
            {found.hits.map((hit) => (
              <li key={hit.message}>
                <Hit hit={hit} name={names.get(hit.chat) ?? ""} now={now} onOpen={onOpen} />
              </li>
            ))}
          </ul>
          {found.hasMore && (
            <Button variant="ghost" onClick={more} data-result>
              {t("search.more")}
            </Button>
          )}
        </section>
      )}
      {failed && <p className={styles.note}>{t("search.failed")}</p>}
      {running && people.length === 0 && !found && (
        <div className={styles.note}>
          <Spinner label={t("search.running")} />
        </div>
      )}
      {none && (
        <EmptyState
          icon={SearchX}
          title={<T id="search.nothing" values={{ text: words.trim() }} />}
        />
      )}
    </div>
  );
}

interface HitProps {
  hit: SearchHit;
  name: string;
  now: number;
  onOpen: (chat: ChatId, message?: MessageId) => void;
}

function Hit({ hit, name, now, onOpen }: HitProps) {
  const time = listTime(hit.at, now);
  const text = hit.direction === "out" ? "chats.you" : null;
  return (
    <button
      type="button"
      className={styles.hit}
      onClick={() => onOpen(hit.chat, hit.message)}
      data-result
      data-testid="search-hit"
    >
      <VisuallyHidden>{t("search.hit", { name, time, text: hit.snippet.join("") })}</VisuallyHidden>
      <span className={styles.line} aria-hidden>
        <Name text={name} className={styles.name} />
        <span className={styles.time}>{time}</span>
      </span>
      <span className={styles.snippet} aria-hidden>
        {text === null ? (
          <Marked parts={hit.snippet} />
        ) : (
          <T id={text} values={{ text: <Marked parts={hit.snippet} /> }} />
        )}
      </span>
    </button>
  );
}

/** Every second part, beginning with the second, is what was looked for. */
function Marked({ parts }: { parts: readonly string[] }) {
  return (
    <bdi dir="auto">
      {parts.map((part, index) => {
        const key = `${index}-${part}`;
        return index % 2 === 1 ? (
          <mark key={key}>{part}</mark>
        ) : (
          <Fragment key={key}>{part}</Fragment>
        );
      })}
    </bdi>
  );
}
