/** How a contact came to be verified, in words. */
import type { MessageKey } from "~/i18n/t";
import type { Trust } from "~/ipc/bindings";

/** A mark, with how it came about. */
export type VerifiedTrust = Extract<Trust, { kind: "verified" }>;

/** The sentence that says how a contact was verified, and by whom. */
export function howWords({ how, by }: VerifiedTrust): MessageKey {
  switch (how) {
    case "code":
      return "details.verifiedCode";
    case "affirmed":
      return "details.verifiedAffirmed";
    case "scan":
      return by === "me" ? "details.verifiedScan" : "details.verifiedTheirScan";
    case "picture":
      return "details.verifiedPicture";
    case "digits":
      return "details.verifiedDigits";
    case "voice":
      return "details.verifiedVoice";
  }
}
