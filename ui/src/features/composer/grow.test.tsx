import { render } from "@testing-library/react";
import { useRef } from "react";
import { expect, it, vi } from "vitest";
import { useGrow } from "./grow";

function Field({ text }: { text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useGrow(field, text);
  return (
    <div>
      <textarea ref={field} value={text} readOnly aria-label="field" />
    </div>
  );
}

it("measures the text while what stands around it keeps its height", () => {
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(120);
  const seen: [string | undefined, string][] = [];
  vi.spyOn(HTMLTextAreaElement.prototype, "scrollHeight", "get").mockImplementation(function (
    this: HTMLTextAreaElement,
  ) {
    seen.push([this.parentElement?.style.height, this.style.height]);
    return 60;
  });
  const { container, rerender } = render(<Field text="one" />);
  rerender(<Field text="one more" />);
  expect(seen).toEqual([
    ["120px", "auto"],
    ["120px", "auto"],
  ]);
  expect(container.querySelector("div")?.style.height).toBe("");
});
