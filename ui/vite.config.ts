import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  // `~/` is src, as in tsconfig.json.
  resolve: { tsconfigPaths: true },
  // The shell loads the window from the root of its own scheme.
  base: "/",
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: "127.0.0.1" },
  build: {
    target: ["es2022", "safari16.4", "chrome120"],
    // The polyfill is an inline script, which the window's content policy refuses.
    modulePreload: { polyfill: false },
    // Fonts and pictures stay files: `font-src 'self'` allows no data addresses.
    assetsInlineLimit: 0,
    // One file, there before the first picture. WebKitGTK draws and lays out nothing while a style
    // sheet that a later part asks for is on its way: lists measured their rows as empty then.
    cssCodeSplit: false,
    sourcemap: false,
    reportCompressedSize: true,
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
