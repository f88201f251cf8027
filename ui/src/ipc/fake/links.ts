/**
 * Made-up links and codes for the fake engine. A link says in plain words what it is, so that a story
 * or a test can write one; its code has the look of a QR code and can be read by nobody.
 */
import type { ErrorCode, LinkRelay, LinkView, QrMatrix } from "../bindings";
import { accountIdOf, DAY, fingerprintOf, HOUR, hueOf } from "./material";

/** With which every link begins. */
const LINK_PREFIX = "sotto:add#";

type What = "invite" | "card";

/** What the link of `router` names: somebody else's choice of what is asked of a device here. */
const PRIVATE_ADDRESS = "ws://192.168.1.1/reboot?now=1";

/** A link of somebody: `sotto:add#invite-anouk`. */
export const linkOf = (what: What, who: string): string => `${LINK_PREFIX}${what}-${who}`;

/** What a link with one of these names is refused with. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  expired: "invite_expired",
  newer: "link_newer",
  me: "own_key",
};

function addressesOf(who: string): string[] {
  switch (who) {
    case "long":
      return [`wss://${"a-very-long-name.".repeat(6)}example/`];
    case "router":
      return [PRIVATE_ADDRESS];
    case "here":
      return ["sotto:this-computer"];
    default:
      return ["wss://relay.example/", `wss://${who}.example/`];
  }
}

/** Where the people of made-up links can be reached; `known` are the addresses in the settings. */
function relaysOf(who: string, known: readonly string[]): LinkRelay[] {
  return addressesOf(who).map((address) => {
    const isKnown = known.includes(address);
    return { address, known: isKnown, asks: !isKnown && address === PRIVATE_ADDRESS };
  });
}

/** Reads a made-up link. */
export function readFakeLink(
  text: string,
  known: readonly string[],
  now: number,
): LinkView | ErrorCode {
  const found = /^sotto:add#(invite|card)-([a-z0-9]+)$/.exec(text.trim());
  const who = found?.[2];
  if (!who) return "not_a_link";
  const refusal = REFUSALS[who];
  if (refusal) return refusal;
  return {
    what:
      found[1] === "invite" ? { kind: "invite", expires_at: now + DAY - HOUR } : { kind: "card" },
    accountId: accountIdOf(who),
    fingerprint: fingerprintOf(`the three keys of ${who}`),
    hue: hueOf(who),
    relays: relaysOf(who, known),
    known: null,
  };
}

/** Modules of a code of version 8, and the white ones around it. */
const SIDE = 49;
const QUIET = 4;
/** The middles of the three corners: rings of seven modules with cores of three. */
const CORNERS = [
  [3, 3],
  [SIDE - 4, 3],
  [3, SIDE - 4],
] as const;

/** The same text gives the same picture. */
export function fakeCode(text: string): QrMatrix {
  const noise = Array.from({ length: SIDE }, (_, row) => fingerprintOf(`${text} ${row}`));
  const dark = (row: number, column: number): boolean => {
    const far = CORNERS.map(([x, y]) => Math.max(Math.abs(row - y), Math.abs(column - x)));
    const near = Math.min(...far);
    if (near <= 4) return near === 3 || near <= 1;
    return Number.parseInt(noise[row]?.charAt(column) ?? "0", 16) % 2 === 1;
  };
  const path = Array.from({ length: SIDE * SIDE }, (_, index) => {
    const [row, column] = [Math.floor(index / SIDE), index % SIDE];
    return dark(row, column) ? `M${column + QUIET} ${row + QUIET}h1v1h-1z` : "";
  });
  return { side: SIDE + 2 * QUIET, path: path.join("") };
}
