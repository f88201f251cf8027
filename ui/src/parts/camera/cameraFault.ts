/** Why there is no picture of a camera. Pure. */
export type CameraFault = "none" | "refused" | "busy" | "gone" | "failed";

/**
 * What a refusal of `getUserMedia` means.
 * Source: https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia
 */
export function faultOf(error: unknown): CameraFault {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}
