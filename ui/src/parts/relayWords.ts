/** What relays are called, and the sentence for each reason why one cannot be used. */

import { type MessageKey, t } from "~/i18n/t";
import type { RelayProblem } from "~/ipc/bindings";
import { THIS_COMPUTER } from "~/state/relayPlace";

const PROBLEMS: Readonly<Record<RelayProblem, MessageKey>> = {
  name_not_found: "relay.problem.name_not_found",
  unreachable: "relay.problem.unreachable",
  no_network: "relay.problem.no_network",
  proxy: "relay.problem.proxy",
  certificate: "relay.problem.certificate",
  not_a_relay: "relay.problem.not_a_relay",
  name_taken: "relay.problem.name_taken",
  busy: "relay.problem.busy",
  replaced: "relay.problem.replaced",
  closed: "relay.problem.closed",
  timed_out: "relay.problem.timed_out",
  no_room: "relay.problem.no_room",
  needs_proxy: "relay.problem.needs_proxy",
  bad_address: "relay.problem.bad_address",
};

/** What a relay is called, from its name or address: that of this computer has no name. */
export const relayName = (name: string): string =>
  name === "" || name === THIS_COMPUTER ? t("relay.this_computer") : name;

export const relayProblemWords = (problem: RelayProblem): string => t(PROBLEMS[problem]);
