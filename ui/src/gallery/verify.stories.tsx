/** The verification screen in every state. */
import { useRef } from "react";
import { VerifyDialog } from "~/features/verify/VerifyDialog";
import type { FrameView } from "~/ipc/bindings";
import type { FakeEngine } from "~/ipc/fake";
import { CameraView } from "~/parts/camera/CameraView";
import { contactOf } from "~/state/chatKind";
import { useSortedChats } from "~/state/selectors";
import { press, seen, type } from "./hands";
import { SMALL, type Story, WINDOW } from "./story";

const nothing = (): void => undefined;
const BOTH = [WINDOW, SMALL] as const;

function Verify({ name }: { name: string }) {
  const chats = useSortedChats();
  const chat = chats.find((one) => contactOf(one).name === name) ?? null;
  return <VerifyDialog chat={chat} onClose={nothing} onBlock={nothing} />;
}

const of = (name: string) => () => <Verify name={name} />;
const contactNamed = ({ world }: FakeEngine, name: string) => {
  const found = world.chats.map(contactOf).find((one) => one.name === name);
  if (!found) throw new Error(`${name} is not in this scenario`);
  return found;
};

/** A camera that shows the words of a picture; the real one is the system's. */
function fakeCamera(): void {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = "#6b7080";
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = "#d9d4c7";
    context.fillRect(200, 110, 240, 260);
  }
  const stream = canvas.captureStream(5);
  Object.defineProperty(navigator, "mediaDevices", {
    configurable: true,
    value: {
      getUserMedia: async () => stream,
      enumerateDevices: async () => [
        { kind: "videoinput", deviceId: "a", label: "Built-in camera" },
        { kind: "videoinput", deviceId: "b", label: "Desk camera" },
      ],
      addEventListener: nothing,
      removeEventListener: nothing,
    },
  });
}

async function scan(): Promise<void> {
  await seen("verify-own-code");
  await press("verify-way-scan");
}

/** As if this were on the clipboard. */
async function paste(engine: FakeEngine, text: string): Promise<void> {
  engine.clipboardText = text;
  await scan();
  await press("verify-paste");
}

declare global {
  interface Window {
    /** `scripts/camera.mjs`: the decoder of the program, given a frame in base64. */
    lookAtFrame?: (frame: string) => Promise<FrameView>;
    /** What the camera found, and how long after its first picture, ms. */
    cameraFound?: { code: string; took: number };
  }
}

/** The camera of this browser, with the decoder that `scripts/camera.mjs` brings. */
function LiveCamera() {
  const began = useRef<number | null>(null);
  const play = (): void => {
    began.current ??= performance.now();
  };
  return (
    <div onPlayingCapture={play}>
      <CameraView
        onCode={(code) => {
          window.cameraFound = { code, took: performance.now() - (began.current ?? Number.NaN) };
        }}
      />
    </div>
  );
}

function realDecoder(engine: FakeEngine): void {
  const look = window.lookAtFrame;
  if (!look) return;
  engine.lookAt = (frame) => {
    let text = "";
    for (const byte of frame) text += String.fromCharCode(byte);
    return look(btoa(text));
  };
}

export const stories: readonly Story[] = [
  {
    id: "camera-live",
    scenario: "secure",
    render: (engine) => {
      realDecoder(engine);
      return (
        <main style={{ padding: 24 }}>
          <h1 className="type-title">Camera</h1>
          <LiveCamera />
        </main>
      );
    },
  },
  {
    id: "verify",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: () => seen("verify-own-code").then(nothing),
    sizes: BOTH,
    languages: true,
  },
  {
    id: "verify-verified",
    scenario: "secure",
    render: of("Mara Lindqvist"),
    play: () => seen("verify-own-code").then(nothing),
  },
  {
    id: "verify-early",
    scenario: "secure",
    render: of("Elif Demir"),
    play: () => seen("verify-early").then(nothing),
    sizes: BOTH,
  },
  {
    id: "verify-key-change",
    scenario: "secure",
    render: of("Priya Raman"),
    play: () => seen("verify-own-code").then(nothing),
  },
  {
    id: "verify-scan",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async () => {
      fakeCamera();
      await scan();
      await seen("camera-choice");
    },
    sizes: BOTH,
    languages: true,
  },
  {
    id: "verify-scan-no-camera",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async () => {
      await scan();
      await seen("camera-fault");
    },
    sizes: BOTH,
    languages: true,
  },
  {
    id: "verify-scan-digits",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async () => {
      await scan();
      await press("verify-type");
      await type("verify-field", "30714 88250");
      await press("verify-compare");
    },
    sizes: BOTH,
  },
  {
    id: "verify-where",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async (engine) => {
      await paste(engine, `sotto:verify#${contactNamed(engine, "Jonas Weber").userId}`);
      await seen("verify-where");
    },
    sizes: BOTH,
    languages: true,
  },
  {
    id: "verify-inside",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async (engine) => {
      await paste(engine, `sotto:verify#${contactNamed(engine, "Jonas Weber").userId}`);
      await press("where-inside_sotto");
      await press("verify-where-go");
      await seen("verify-inside");
    },
  },
  {
    id: "verify-done",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async (engine) => {
      await paste(engine, `sotto:verify#${contactNamed(engine, "Jonas Weber").userId}`);
      await press("where-their_screen");
      await press("verify-where-go");
      await seen("verify-verified");
    },
    sizes: BOTH,
    languages: true,
  },
  {
    id: "verify-mismatch",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async () => {
      await seen("verify-digits");
      await press("verify-differ");
      await seen("verify-differs");
    },
    sizes: BOTH,
    languages: true,
  },
  {
    id: "verify-other-contact",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async (engine) => {
      await paste(engine, `sotto:verify#${contactNamed(engine, "Mara Lindqvist").userId}`);
      await seen("verify-other-contact");
    },
  },
  {
    id: "verify-expired",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async (engine) => {
      await paste(engine, "sotto:verify#expired");
      await seen("verify-expired");
    },
  },
  {
    id: "verify-seen",
    scenario: "secure",
    render: of("Jonas Weber"),
    play: async (engine) => {
      await seen("verify-own-code");
      engine.proveScan(contactNamed(engine, "Jonas Weber").id);
      await seen("verify-seen");
    },
    sizes: BOTH,
    languages: true,
  },
  {
    id: "verify-long-name",
    scenario: "names",
    render: () => <FirstLong />,
    play: () => seen("verify-dialog").then(nothing),
    sizes: BOTH,
  },
];

/** The longest name there is. */
function FirstLong() {
  const chats = useSortedChats();
  const longest = [...chats].sort((a, b) => contactOf(b).name.length - contactOf(a).name.length);
  return <VerifyDialog chat={longest[0] ?? null} onClose={nothing} onBlock={nothing} />;
}
