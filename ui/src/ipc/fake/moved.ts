/**
 * What the fake engine refuses once the identity has moved to another computer: what others would
 * have to hear of, and what marks a contact. Everything else goes on, so that a person can read and
 * tidy up here.
 */
import type { CommandName, Commands } from "../commands";

const REFUSED: ReadonlySet<CommandName> = new Set([
  "send_text",
  "retry_message",
  "add_contact",
  "check_digits",
  "show_own_code",
  "check_code",
  "answer_seen",
  "accept_request",
  "create_invite",
  "show_invite",
  "share_invite",
  "save_invite",
  "contact_card",
  "save_card",
  "add_by_link",
  "update_profile",
] as const);

/** Whether a command is answered with `moved` then. A mark can be taken back, and none be given. */
export function isRefusedOnceMoved<C extends CommandName>(
  command: C,
  args: Commands[C]["args"],
): boolean {
  return (
    REFUSED.has(command) || (command === "mark_verified" && "verified" in args && args.verified)
  );
}
