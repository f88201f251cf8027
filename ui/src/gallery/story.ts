/**
 * A picture of the gallery: a part of the window in one state, over a fake engine. Stories stand in
 * files `*.stories.tsx` anywhere under src, each exporting `stories`.
 */
import type { ReactNode } from "react";
import type { FakeEngine, ScenarioName } from "~/ipc/fake";
import type { World } from "~/ipc/fake/scenarios";

export interface Story {
  /** Unique, in words with hyphens: the name of the picture. */
  readonly id: string;
  readonly scenario?: ScenarioName | ((now: number) => World);
  readonly render: (engine: FakeEngine) => ReactNode;
  /** Renders the whole window, which listens to the engine itself. */
  readonly whole?: boolean;
  /** Brings it into its state once it is drawn. */
  readonly play?: (engine: FakeEngine) => Promise<void> | void;
  /** Window sizes to be pictured; the default is 1120x760. */
  readonly sizes?: readonly (readonly [number, number])[];
  /** In pseudo-language and right to left too. */
  readonly languages?: boolean;
  /** How long slow things take in the fake engine, ms; `Infinity` holds them. */
  readonly slow?: number;
}

export const WINDOW = [1120, 760] as const;
export const SMALL = [640, 560] as const;
