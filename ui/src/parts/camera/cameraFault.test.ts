import { describe, expect, it } from "vitest";
import { faultOf } from "./cameraFault";

describe("faultOf", () => {
  it("tells apart what the person can do something about", () => {
    const fault = (name: string) => faultOf(new DOMException("", name));
    expect(fault("NotFoundError")).toBe("none");
    expect(fault("OverconstrainedError")).toBe("none");
    expect(fault("NotAllowedError")).toBe("refused");
    expect(fault("SecurityError")).toBe("refused");
    expect(fault("NotReadableError")).toBe("busy");
    expect(fault("AbortError")).toBe("busy");
  });

  it("calls everything else a camera that does not work", () => {
    expect(faultOf(new TypeError("navigator.mediaDevices is undefined"))).toBe("failed");
    expect(faultOf("NotFoundError")).toBe("failed");
    expect(faultOf(null)).toBe("failed");
  });
});
