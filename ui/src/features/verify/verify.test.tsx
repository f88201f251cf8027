import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import type { ContactView } from "~/ipc/bindings";
import type { FakeEngine } from "~/ipc/fake";
import { numberOf } from "~/ipc/fake/verification";
import { contactOf } from "~/state/chatKind";
import { useSortedChats } from "~/state/selectors";
import { expectNoAxeFaults } from "~/test/axe";
import { plugIn } from "~/test/camera";
import { callsOf, startFake } from "~/test/engine";
import { VerifyDialog } from "./VerifyDialog";

const user = userEvent.setup();
const JONAS = "Jonas Weber";

function Verify({ name, open, onClose }: { name: string; open: boolean; onClose: () => void }) {
  const chats = useSortedChats();
  const chat = chats.find((one) => contactOf(one).name === name) ?? null;
  return <VerifyDialog chat={open ? chat : null} onClose={onClose} onBlock={() => undefined} />;
}

async function show(name = JONAS) {
  const engine = await startFake("secure");
  const onClose = vi.fn();
  const { rerender } = render(<Verify name={name} open onClose={onClose} />);
  await screen.findByTestId("verify-dialog");
  const close = () => rerender(<Verify name={name} open={false} onClose={onClose} />);
  return { engine, onClose, close };
}

function contactIn(engine: FakeEngine, name = JONAS): ContactView {
  const found = engine.world.chats.map(contactOf).find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

const trustIn = (engine: FakeEngine) => contactIn(engine).trust;

async function paste(engine: FakeEngine, text: string): Promise<void> {
  engine.clipboardText = text;
  await user.click(screen.getByTestId("verify-way-scan"));
  await user.click(await screen.findByTestId("verify-paste"));
}

const codeIn = (engine: FakeEngine, name = JONAS) =>
  `sotto:verify#${contactIn(engine, name).userId}`;

describe("the number", () => {
  test("stands in twelve groups that are spoken singly", async () => {
    const { engine } = await show();
    const digits = numberOf(contactIn(engine));
    const list = await screen.findByTestId("verify-digits");
    expect(list.dataset.value).toBe(digits);
    expect(list.children).toHaveLength(12);
    const first = [...digits.slice(0, 5)].join(" ");
    expect(list.children[0]?.textContent).toContain(`Group 1 of 12: ${first}`);
    await expectNoAxeFaults();
  });

  test("marks by eye only once it was said where it was compared", async () => {
    const { engine } = await show();
    await user.click(await screen.findByTestId("verify-match"));
    await screen.findByTestId("verify-where");
    expect(trustIn(engine).kind).not.toBe("verified");
    const go = screen.getByTestId("verify-where-go");
    // Nothing is chosen beforehand, so that Enter out of habit answers nothing.
    await user.click(go);
    expect(trustIn(engine).kind).not.toBe("verified");
    await user.click(screen.getByTestId("where-outside_sotto"));
    await user.click(go);
    await screen.findByTestId("verify-verified");
    expect(trustIn(engine)).toMatchObject({ kind: "verified", how: "digits", by: "me" });
    expect(document.activeElement).toBe(screen.getByTestId("verify-done"));
    await expectNoAxeFaults();
  });

  test("that came inside of Sotto proves nothing", async () => {
    const { engine } = await show();
    await user.click(screen.getByTestId("verify-way-scan"));
    await user.click(screen.getByTestId("verify-type"));
    await user.type(screen.getByTestId("verify-field"), numberOf(contactIn(engine)));
    await user.click(screen.getByTestId("verify-compare"));
    await user.click(await screen.findByTestId("where-inside_sotto"));
    await user.click(screen.getByTestId("verify-where-go"));
    await screen.findByTestId("verify-inside");
    expect(trustIn(engine).kind).not.toBe("verified");
    await expectNoAxeFaults();
  });

  test("that is another one is told loudly", async () => {
    const { engine } = await show();
    await user.click(screen.getByTestId("verify-way-scan"));
    await user.click(screen.getByTestId("verify-type"));
    await user.type(screen.getByTestId("verify-field"), "1".repeat(60));
    await user.click(screen.getByTestId("verify-compare"));
    await screen.findByTestId("verify-differs");
    expect(trustIn(engine).kind).not.toBe("verified");
  });

  test("that is too short says so beside the field", async () => {
    await show();
    await user.click(screen.getByTestId("verify-way-scan"));
    await user.click(screen.getByTestId("verify-type"));
    await user.type(screen.getByTestId("verify-field"), "12345");
    await user.click(screen.getByTestId("verify-compare"));
    const field = screen.getByTestId("verify-field");
    await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
    expect(screen.getByTestId("verify-dialog").textContent).toContain("has sixty digits");
  });

  test("is not there before the keys are known", async () => {
    await show("Elif Demir");
    await screen.findByTestId("verify-early");
    expect(screen.queryByTestId("verify-match")).toBeNull();
    await expectNoAxeFaults();
  });

  test("cannot be affirmed while another key is in question", async () => {
    await show("Priya Raman");
    await screen.findByTestId("verify-digits");
    await screen.findByTestId("verify-key-change");
    expect(screen.queryByTestId("verify-match")).toBeNull();
  });
});

describe("a code", () => {
  test("before the camera marks at once, and the camera is off", async () => {
    const camera = plugIn();
    const { engine } = await show();
    await screen.findByTestId("verify-own-code");
    await user.click(screen.getByTestId("verify-way-scan"));
    await screen.findByText("Hold the code before the camera.");
    engine.inSight = { kind: "found", link: codeIn(engine) };
    await screen.findByTestId("verify-verified");
    expect(trustIn(engine)).toMatchObject({ kind: "verified", how: "scan", by: "me" });
    expect(camera.tracks.map(({ on }) => on)).toEqual([false]);
    expect(callsOf(engine, "check_code")).toMatchObject([{ cameFrom: "camera" }]);
  });

  test("that is an invite is refused, and another one can be scanned", async () => {
    plugIn();
    const { engine } = await show();
    await user.click(screen.getByTestId("verify-way-scan"));
    await screen.findByText("Hold the code before the camera.");
    engine.inSight = { kind: "found", link: "sotto:add#invite-anouk" };
    const again = await screen.findByTestId("verify-scan-again");
    engine.inSight = { kind: "found", link: codeIn(engine) };
    await user.click(again);
    await screen.findByTestId("verify-verified");
  });

  test("of somebody else is told with their name", async () => {
    const { engine } = await show();
    await paste(engine, codeIn(engine, "Mara Lindqvist"));
    const panel = await screen.findByTestId("verify-other-contact");
    expect(panel.textContent).toContain("This is the code of Mara Lindqvist, not of Jonas Weber.");
    await expectNoAxeFaults();
    await user.click(screen.getByTestId("verify-try-again"));
    await screen.findByTestId("verify-digits");
  });

  test.each([
    ["sotto:verify#expired", "verify-expired"],
    ["sotto:verify#used", "verify-used"],
    ["sotto:verify#me", "verify-own_code"],
    ["sotto:verify#early", "verify-not_comparable"],
    ["sotto:verify#nobody", "verify-differs"],
  ])("%s ends in %s and marks nothing", async (text, panel) => {
    const { engine } = await show();
    await paste(engine, text);
    await screen.findByTestId(panel);
    expect(trustIn(engine).kind).not.toBe("verified");
  });

  test("on the screen is asked about like one from the clipboard", async () => {
    const { engine } = await show();
    await user.click(screen.getByTestId("verify-way-scan"));
    await user.click(await screen.findByTestId("verify-screen"));
    await screen.findByTestId("verify-fault");
    engine.screenCode = codeIn(engine);
    await user.click(screen.getByTestId("verify-screen"));
    await screen.findByTestId("verify-where");
    expect(trustIn(engine).kind).not.toBe("verified");
  });

  test("that is none is said where it was asked for", async () => {
    const { engine } = await show();
    await paste(engine, "https://example.org/");
    await screen.findByTestId("verify-fault");
  });

  test("from the clipboard is asked about before it marks", async () => {
    const { engine } = await show();
    await paste(engine, codeIn(engine));
    await screen.findByTestId("verify-where");
    expect(trustIn(engine).kind).not.toBe("verified");
    await user.click(screen.getByTestId("where-their_screen"));
    await user.click(screen.getByTestId("verify-where-go"));
    const panel = await screen.findByTestId("verify-verified");
    expect(panel.textContent).toContain("asks Jonas Weber now");
    expect(trustIn(engine)).toMatchObject({ kind: "verified", how: "picture" });
  });
});

describe("a mismatch", () => {
  test("of somebody who is verified takes the mark back once the person says so", async () => {
    const { engine, onClose } = await show("Mara Lindqvist");
    await paste(engine, "sotto:verify#nobody");
    // Enter out of habit does not take the panel away.
    const panel = await screen.findByTestId("verify-differs");
    expect(document.activeElement).toBe(panel);
    await user.click(screen.getByTestId("verify-take-back"));
    await waitFor(() => expect(contactIn(engine, "Mara Lindqvist").trust.kind).toBe("unverified"));
    await user.click(await screen.findByTestId("verify-keep"));
    expect(onClose).toHaveBeenCalledOnce();
  });

  test("stands on the screen until something matches", async () => {
    await show();
    await user.click(await screen.findByTestId("verify-differ"));
    await user.click(await screen.findByTestId("verify-try-again"));
    await screen.findByTestId("verify-state-differed");
    await expectNoAxeFaults();
  });
});

describe("one's own code", () => {
  test("is new at each opening and ends with the screen", async () => {
    const { engine, close } = await show();
    await screen.findByTestId("verify-own-code");
    // Looking at the other tab does not end it: the other person may be scanning.
    await user.click(screen.getByTestId("verify-way-scan"));
    expect(callsOf(engine, "close_own_code")).toHaveLength(0);
    close();
    await waitFor(() => expect(callsOf(engine, "close_own_code")).toHaveLength(1));
    expect(callsOf(engine, "show_own_code")).toHaveLength(1);
  });

  test.each([
    [true, "verify-seen-yes", "verify-verified"],
    [false, "verify-seen-no", "verify-differs"],
  ])(
    "was scanned: the answer %s counts, not before it can be read",
    async (seen, button, panel) => {
      const { engine } = await show();
      await screen.findByTestId("verify-own-code");
      act(() => engine.proveScan(contactIn(engine).id));
      await screen.findByTestId("verify-seen");
      // What was pressed a moment ago was meant for something else.
      await user.click(screen.getByTestId(button));
      expect(callsOf(engine, "answer_seen")).toHaveLength(0);
      await waitFor(
        () => expect(screen.getByTestId(button).getAttribute("aria-disabled")).toBeNull(),
        { timeout: 3_000 },
      );
      await expectNoAxeFaults();
      await user.click(screen.getByTestId(button));
      await screen.findByTestId(panel);
      expect(trustIn(engine).kind === "verified").toBe(seen);
    },
  );

  test("is a new one after an answer, and the next question has to be seen again", async () => {
    const { engine } = await show();
    await screen.findByTestId("verify-own-code");
    const ask = () => act(() => engine.proveScan(contactIn(engine).id));
    const settled = (test: string) =>
      waitFor(() => expect(screen.getByTestId(test).getAttribute("aria-disabled")).toBeNull(), {
        timeout: 3_000,
      });
    ask();
    await screen.findByTestId("verify-seen");
    await settled("verify-seen-no");
    await user.click(screen.getByTestId("verify-seen-no"));
    await user.click(await screen.findByTestId("verify-try-again"));
    await waitFor(() => expect(callsOf(engine, "show_own_code")).toHaveLength(2));
    ask();
    await user.click(await screen.findByTestId("verify-seen-yes"));
    expect(callsOf(engine, "answer_seen")).toHaveLength(1);
  });

  test("an answer does not wait for what is being read", async () => {
    const { engine } = await show();
    await screen.findByTestId("verify-own-code");
    const invoke = engine.invoke.bind(engine);
    engine.invoke = async (command, args) =>
      command === "read_screen_code" ? new Promise(() => undefined) : invoke(command, args);
    await user.click(screen.getByTestId("verify-way-scan"));
    await user.click(await screen.findByTestId("verify-screen"));
    act(() => engine.proveScan(contactIn(engine).id));
    const no = await screen.findByTestId("verify-seen-no");
    await waitFor(() => expect(no.getAttribute("aria-disabled")).toBeNull(), { timeout: 3_000 });
    await user.click(no);
    await screen.findByTestId("verify-differs");
  });

  test("they differ: any mark goes", async () => {
    const { engine } = await show("Mara Lindqvist");
    await user.click(await screen.findByTestId("verify-differ"));
    await screen.findByTestId("verify-differs");
    expect(contactIn(engine, "Mara Lindqvist").trust.kind).toBe("unverified");
    await expectNoAxeFaults();
  });
});
