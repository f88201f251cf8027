import { render } from "@testing-library/react";
import { useRef } from "react";
import { beforeEach, expect, it, vi } from "vitest";
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

const LINE = 20;
/** What the heights around the field were each time it was measured without one of its own. */
let measured: (string | undefined)[] = [];
let width = 300;

beforeEach(() => {
  measured = [];
  width = 300;
  const area = HTMLTextAreaElement.prototype;
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(120);
  vi.spyOn(area, "clientWidth", "get").mockImplementation(() => width);
  vi.spyOn(area, "clientHeight", "get").mockImplementation(function (this: HTMLTextAreaElement) {
    return Number.parseFloat(this.style.height) || LINE;
  });
  // A line for each line of the text; a field is never lower inside than outside.
  vi.spyOn(area, "scrollHeight", "get").mockImplementation(function (this: HTMLTextAreaElement) {
    const wanted = this.value.split("\n").length * LINE;
    if (this.style.height !== "auto") return Math.max(wanted, this.clientHeight);
    measured.push(this.parentElement?.style.height);
    return wanted;
  });
  vi.spyOn(window, "getComputedStyle").mockReturnValue({
    lineHeight: `${LINE}px`,
    paddingBlockStart: "0px",
    paddingBlockEnd: "0px",
  } as CSSStyleDeclaration);
});

const height = (container: HTMLElement) => container.querySelector("textarea")?.style.height;

it("measures the text while what stands around it keeps its height", () => {
  const { container, rerender } = render(<Field text="one" />);
  rerender(<Field text={"one\ntwo"} />);
  expect(measured).toEqual(["120px", "120px"]);
  expect(height(container)).toBe("40px");
  expect(container.querySelector("div")?.style.height).toBe("");
});

it("measures nothing while the text grows within its lines", () => {
  const { container, rerender } = render(<Field text="one" />);
  for (const text of ["one ", "none", "", "one more"]) rerender(<Field text={text} />);
  expect(measured).toHaveLength(1);
  rerender(<Field text={"one more\n\n\n\n\n\n\n\n\nline"} />);
  expect(height(container)).toBe(`${8 * LINE}px`);
  rerender(<Field text={"one more\n\n\n\n\n\n\n\n\nline and"} />);
  expect(measured).toHaveLength(2);
});

it("gives the room back when lines go, also where the text is longer than before", () => {
  const { container, rerender } = render(<Field text={"a\nb\nc"} />);
  expect(height(container)).toBe("60px");
  rerender(<Field text={"a\nb"} />);
  expect(height(container)).toBe("40px");
  rerender(<Field text="something else" />);
  expect(height(container)).toBe("20px");
});

it("measures anew in a field of another width", () => {
  const { rerender } = render(<Field text="one" />);
  width = 500;
  rerender(<Field text="one m" />);
  expect(measured).toHaveLength(2);
});
