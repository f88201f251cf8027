// @vitest-environment node
/** The shell's one list of commands, `src-tauri/command_list.rs`, against what the window calls. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ipc, useTransport as putTransport } from "./client";
import { FakeEngine } from "./fake";

const SHELL = path.resolve(__dirname, "../../../src-tauri");
const source = (name: string): string => readFileSync(path.join(SHELL, name), "utf8");

/** The list of the shell: each area's name with its commands. */
const areas = [...source("command_list.rs").matchAll(/^ {12}(\w+) \{([^}]*)\}/gm)].map(
  ([, area = "", names = ""]) => ({ area, commands: names.match(/\w+/g) ?? [] }),
);
const listed = areas.flatMap(({ commands }) => commands);

/** The commands that all functions of `ipc` call, each once. */
function called(): string[] {
  const names: string[] = [];
  const note = <T>(name: string, answer: T): T => {
    names.push(name);
    return answer;
  };
  putTransport({
    invoke: (name) => note(name, new Promise(() => undefined)),
    subscribe: () => note("subscribe", Promise.resolve()),
    onPlaceWanted: () => () => undefined,
    onCloseAsked: () => () => undefined,
    onLinkOpened: () => () => undefined,
    onPictureDropped: () => () => undefined,
  });
  for (const use of Object.values(ipc) as ((...args: unknown[]) => unknown)[]) use();
  return names;
}

test("the list names each command once, by area", () => {
  expect(areas.length).toBeGreaterThan(5);
  expect(listed.length).toBeGreaterThan(50);
  expect(new Set(listed).size).toBe(listed.length);
});

test("the window calls every command of the list, and no other, in its order", () => {
  expect(called()).toEqual(listed);
});

test("the fake engine answers every command of the list, and no other", () => {
  const engine = new FakeEngine("empty");
  expect([...engine.commands, "subscribe"].sort()).toEqual([...listed].sort());
});

test("every function that the shell marks as a command is in the list", () => {
  const files = readdirSync(path.join(SHELL, "commands")).map((name) => `commands/${name}`);
  const marked = ["commands.rs", ...files]
    .flatMap((name) => [
      ...source(name).matchAll(/#\[tauri::command\]\s+pub\(crate\) async fn (\w+)/g),
    ])
    .map(([, name]) => name);
  expect(marked.sort()).toEqual([...listed].sort());
});

test("the window gets the commands of the list as one set, and none by its own name", () => {
  const { permissions } = JSON.parse(source("capabilities/main.json")) as { permissions: string[] };
  expect(permissions.filter((name) => !name.startsWith("core:"))).toEqual(["every-command"]);
});
