/**
 * The gallery: `gallery.html` lists the stories, `?story=ID` draws one alone, as the pictures are
 * taken. Further: `theme=light|dark|contrast`, `language=long|rtl`.
 */
import { createRoot } from "react-dom/client";
import { Toaster } from "~/components/Toast";
import { setLocale } from "~/i18n/locale";
import type { Theme } from "~/ipc/bindings";
import { useTransport as putTransport } from "~/ipc/client";
import { FakeEngine } from "~/ipc/fake";
import { worldOf } from "~/ipc/fake/scenarios";
import { startStore } from "~/state/store";
import "~/styles/global.css";
import { Catalogue } from "./Catalogue";
import { longLocale, rtlLocale } from "./pseudo";
import type { Story } from "./story";

declare global {
  interface Window {
    /** For the pictures: every story, and whether the one on screen is in its state. */
    __gallery: { stories: readonly Story[]; ready: boolean; failed?: string };
  }
}

const files = import.meta.glob<{ stories: readonly Story[] }>("../**/*.stories.tsx", {
  eager: true,
});
const stories = Object.values(files).flatMap((file) => file.stories);
window.__gallery = { stories, ready: false };

const query = new URLSearchParams(window.location.search);
const page = document.documentElement;
const theme = query.get("theme") ?? "light";
page.dataset.theme = theme === "dark" ? "dark" : "light";
if (theme === "contrast") page.dataset.contrast = "more";
const language = query.get("language");
if (language === "long") setLocale(longLocale);
if (language === "rtl") setLocale(rtlLocale);
page.dir = language === "rtl" ? "rtl" : "ltr";

const THEMES: Readonly<Record<string, Theme>> = {
  light: "light",
  dark: "dark",
  contrast: "high_contrast",
};

const container = document.getElementById("root");
if (!container) throw new Error("no place to draw");
const root = createRoot(container);
const story = stories.find(({ id }) => id === query.get("story"));
if (story) void show(story);
else root.render(<Catalogue stories={stories} />);

async function show({ scenario = "demo", render, play, slow = 0, whole }: Story): Promise<void> {
  const now = Date.now();
  const world = typeof scenario === "function" ? scenario(now) : worldOf(scenario, now);
  world.settings = { ...world.settings, theme: THEMES[theme] ?? "light" };
  const engine = new FakeEngine(world, { slow });
  putTransport(engine);
  if (whole) {
    root.render(render(engine));
  } else {
    startStore();
    root.render(
      <>
        {render(engine)}
        <Toaster />
      </>,
    );
  }
  try {
    await new Promise(requestAnimationFrame);
    await play?.(engine);
  } catch (error) {
    window.__gallery.failed = String(error);
  }
  await document.fonts.ready;
  window.__gallery.ready = true;
}
