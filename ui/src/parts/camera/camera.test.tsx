import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { expectNoAxeFaults } from "~/test/axe";
import { plugIn } from "~/test/camera";
import { callsOf, startFake } from "~/test/engine";
import { CameraView } from "./CameraView";

const user = userEvent.setup();
const LOOK = "Hold the code before the camera.";

async function show() {
  const engine = await startFake("secure");
  const onCode = vi.fn();
  render(<CameraView onCode={onCode} />);
  return { engine, onCode };
}

test("a code ends the scan: the camera is off before it is told", async () => {
  const camera = plugIn();
  const { engine, onCode } = await show();
  await screen.findByText(LOOK);
  onCode.mockImplementation(() => expect(camera.tracks.every(({ on }) => !on)).toBe(true));
  engine.inSight = { kind: "found", link: "sotto:add#abc" };
  await waitFor(() => expect(onCode).toHaveBeenCalledTimes(1));
  expect(onCode).toHaveBeenCalledWith("sotto:add#abc");
  const sent = callsOf(engine, "scan_frame").length;
  await new Promise((later) => setTimeout(later, 300));
  expect(callsOf(engine, "scan_frame")).toHaveLength(sent);
  expect(onCode).toHaveBeenCalledTimes(1);
});

test("leaving ends the scan at once", async () => {
  const camera = plugIn();
  const { engine } = await show();
  await screen.findByText(LOOK);
  cleanup();
  expect(camera.tracks.map(({ on }) => on)).toEqual([false]);
  expect(callsOf(engine, "close_scan")).toHaveLength(1);
});

test("a camera that is given after the screen was left is never on", async () => {
  const camera = plugIn();
  let give = (): void => undefined;
  camera.answer = new Promise((resolve) => {
    give = resolve;
  });
  await show();
  await waitFor(() => expect(camera.asked).toHaveLength(1));
  cleanup();
  give();
  await waitFor(() => expect(camera.tracks.map(({ on }) => on)).toEqual([false]));
});

test.each([
  ["NotFoundError", "none", "No camera was found."],
  ["NotAllowedError", "refused", "Sotto may not use the camera."],
  ["NotReadableError", "busy", "Another program has the camera."],
])("%s is said in words, and another try is offered", async (refusal, state, words) => {
  const camera = plugIn();
  camera.refusal = refusal;
  await show();
  const fault = await screen.findByTestId("camera-fault");
  expect(fault.textContent).toContain(words);
  expect(screen.getByTestId("camera").dataset.state).toBe(state);
  await expectNoAxeFaults();
  camera.refusal = null;
  await user.click(screen.getByTestId("camera-again"));
  await screen.findByText(LOOK);
});

test("a camera that is unplugged is said, and what it saw is not waited for", async () => {
  const camera = plugIn();
  await show();
  await screen.findByText(LOOK);
  act(() => camera.tracks[0]?.unplug());
  const fault = await screen.findByTestId("camera-fault");
  expect(fault.textContent).toContain("The camera was unplugged.");
});

test("a page without cameras says so", async () => {
  await show();
  await screen.findByTestId("camera-fault");
});

test("of two cameras the person chooses one; the other is off", async () => {
  const camera = plugIn();
  camera.devices = [
    { deviceId: "a", label: "Built-in" },
    { deviceId: "b", label: "" },
  ];
  await show();
  await user.selectOptions(await screen.findByTestId("camera-choice"), "Camera 2");
  await waitFor(() => expect(camera.tracks).toHaveLength(2));
  expect(camera.asked).toEqual(["", "b"]);
  expect(camera.tracks.map(({ on }) => on)).toEqual([false, true]);
});

test("nobody who sees the window: the camera is off until somebody does", async () => {
  const camera = plugIn();
  await show();
  await screen.findByText(LOOK);
  const hidden = vi.spyOn(document, "hidden", "get");
  const look = (value: boolean): void => {
    hidden.mockReturnValue(value);
    act(() => void document.dispatchEvent(new Event("visibilitychange")));
  };
  look(true);
  expect(camera.tracks.map(({ on }) => on)).toEqual([false]);
  look(false);
  await waitFor(() => expect(camera.tracks.map(({ on }) => on)).toEqual([false, true]));
  hidden.mockRestore();
});

test("a code that is not one of Sotto is told", async () => {
  plugIn();
  const { engine } = await show();
  await screen.findByText(LOOK);
  engine.inSight = { kind: "foreign" };
  await screen.findByText("This is a code, but not one of Sotto.");
});
