/**
 * The page's own camera in Chromium: a fake camera plays a video of a code that is held up, and the
 * page's frames go to the decoder of the program. Prints how long after the first picture the code was
 * found; fails if it is not, or is another one.
 *
 * `node scripts/camera.mjs VIDEO.y4m TEXT PROGRAM [ROUNDS]`, called by `cargo xtask bench camera`.
 * PROGRAM reads frames with `--read-frames` (crates/engine/src/qr/frame.rs).
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

const [video, text, program, rounds = "10"] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url));
const browserPath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (candidate) => candidate && existsSync(candidate),
);
if (!browserPath) {
  console.error("No Chromium found. Install it (Debian: apt install chromium) or set CHROMIUM.");
  process.exit(1);
}

/** The process that reads frames: one answer a frame, in order. */
class Decoder {
  constructor() {
    this.child = spawn(program, ["--read-frames"], { stdio: ["pipe", "pipe", "inherit"] });
    this.come = Buffer.alloc(0);
    this.waiting = [];
    this.child.stdout.on("data", (more) => {
      this.come = Buffer.concat([this.come, more]);
      this.answer();
    });
  }

  answer() {
    while (this.come.length >= 3) {
      const end = 3 + this.come.readUInt16BE(1);
      if (this.come.length < end) return;
      const kind = this.come[0];
      const link = this.come.subarray(3, end).toString();
      this.come = this.come.subarray(end);
      const seen = [{ kind: "nothing" }, { kind: "found", link }, { kind: "foreign" }][kind];
      this.waiting.shift()?.(seen);
    }
  }

  look(frame) {
    this.child.stdin.write(Buffer.from(frame, "base64"));
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

const built = await mkdtemp(path.join(tmpdir(), "sotto-camera-"));
await build({
  root,
  logLevel: "error",
  build: {
    outDir: built,
    reportCompressedSize: false,
    rollupOptions: { input: path.join(root, "gallery.html") },
  },
});
const server = await preview({
  root,
  logLevel: "error",
  build: { outDir: built },
  preview: { port: 0, strictPort: false, host: "127.0.0.1", open: false },
});
const address = `http://127.0.0.1:${server.httpServer.address().port}/gallery.html`;
const browser = await chromium.launch({
  executablePath: browserPath,
  args: [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${video}`,
  ],
});
const times = [];
try {
  for (let round = 0; round < Number(rounds); round += 1) {
    const decoder = new Decoder();
    const page = await browser.newPage();
    let frames = 0;
    await page.exposeFunction("lookAtFrame", (frame) => {
      frames += 1;
      return decoder.look(frame);
    });
    await page.goto(`${address}?story=camera-live`);
    await page.waitForFunction(() => window.cameraFound, undefined, { timeout: 20_000 });
    const { code, took } = await page.evaluate(() => window.cameraFound);
    if (code !== text) throw new Error(`another code was read: ${code}`);
    console.log(`found ${Math.round(took)} ms after the first picture, in frame ${frames}`);
    times.push(took);
    await page.close();
    decoder.child.kill();
  }
} finally {
  await browser.close();
  await server.close();
  await rm(built, { recursive: true, force: true });
}
times.sort((a, b) => a - b);
const median = times[Math.floor(times.length / 2)];
console.log(`median ${Math.round(median)} ms, slowest ${Math.round(times.at(-1))} ms`);
