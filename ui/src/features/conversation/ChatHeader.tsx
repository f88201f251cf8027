import {
  ArrowLeft,
  EllipsisVertical,
  PanelRight,
  Search,
  ShieldCheck,
  ShieldQuestionMark,
} from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { IconButton } from "~/components/IconButton";
import { Menu } from "~/components/Menu";
import { keysOf } from "~/components/shortcuts";
import { Tag } from "~/components/Tag";
import { t } from "~/i18n/t";
import type { ContactView, Reach } from "~/ipc/bindings";
import styles from "./ChatHeader.module.css";
import { headerTags } from "./headerTags";

export interface ChatHeaderProps {
  contact: ContactView;
  details: boolean;
  onDetails: () => void;
  /** Opens the screen on which keys are compared. */
  onVerify: () => void;
  onSearch: () => void;
  /** Absent where the chat list is beside it. */
  onBack?: () => void;
  /** Items of the "More" menu. */
  menu: ReactNode;
}

/** Whom the chat is with, what protects it, and what can be done with it. */
export function ChatHeader({
  contact,
  details,
  onDetails,
  onVerify,
  onSearch,
  onBack,
  menu,
}: ChatHeaderProps) {
  return (
    <header className={styles.header} data-testid="chat-header">
      {onBack && (
        <IconButton icon={ArrowLeft} label={t("chat.back")} onClick={onBack} data-testid="back" />
      )}
      <Avatar name={contact.name} hue={contact.hue} size={36} />
      <div className={styles.words}>
        <h2 className="type-name">
          <Name text={contact.name} />
        </h2>
        <div className={styles.tags}>
          {headerTags(contact).map(({ id, tone, icon, label }, index) => (
            <Fragment key={id}>
              {index > 0 && <Dot />}
              <Tag tone={tone} icon={icon} testid={`tag-${id}`}>
                {t(label)}
              </Tag>
            </Fragment>
          ))}
          {!contact.blocked && contact.reach !== "offline" && (
            <>
              <Dot />
              <ReachWords reach={contact.reach} />
            </>
          )}
        </div>
      </div>
      <IconButton
        icon={contact.trust.kind === "verified" ? ShieldCheck : ShieldQuestionMark}
        label={t(contact.trust.kind === "verified" ? "verify.number" : "verify.open")}
        onClick={onVerify}
        data-testid="verify"
      />
      <IconButton
        icon={Search}
        label={t("chat.search")}
        shortcut={keysOf("find")}
        onClick={onSearch}
        data-testid="find"
      />
      <IconButton
        icon={PanelRight}
        label={t("chat.details")}
        shortcut={keysOf("details")}
        pressed={details}
        onClick={onDetails}
        data-testid="toggle-details"
      />
      <Menu
        trigger={
          <IconButton icon={EllipsisVertical} label={t("chat.more")} data-testid="chat-menu" />
        }
      >
        {menu}
      </Menu>
    </header>
  );
}

function Dot() {
  return (
    <span className={styles.dot} aria-hidden>
      ·
    </span>
  );
}

/** While this computer is offline nothing is known of the contact. */
function ReachWords({ reach }: { reach: Exclude<Reach, "offline"> }) {
  return (
    <span className={styles.reach} data-testid="reach" data-reach={reach}>
      {reach === "online" ? t("chat.online") : t("chat.away")}
    </span>
  );
}
