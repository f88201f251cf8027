/**
 * Rows that keep their places while somebody looks at them: whoever comes is put behind the others,
 * whoever goes keeps the row, so that the press on a button never meets another person's.
 */
import { useState } from "react";
import type { PersonView } from "~/ipc/bindings";

export interface SteadyRow {
  readonly person: PersonView;
  /** No relay lists the person any more. */
  readonly left: boolean;
}

/** A person at the relays is a name with a key. */
export const rowKey = ({ publicKey, userId }: PersonView): string => publicKey + userId;

/** The rows after the people have changed. */
export function steady(
  rows: readonly SteadyRow[],
  people: readonly PersonView[],
): readonly SteadyRow[] {
  const now = new Map(people.map((person) => [rowKey(person), person]));
  const known = new Set(rows.map(({ person }) => rowKey(person)));
  const kept = rows.map(({ person }) => {
    const seen = now.get(rowKey(person));
    return { person: seen ?? person, left: seen === undefined };
  });
  const come = people.filter((person) => !known.has(rowKey(person)));
  return [...kept, ...come.map((person) => ({ person, left: false }))];
}

/** The rows; in the order of the people anew whenever `question` is another. */
export function useSteady(people: readonly PersonView[], question: string): readonly SteadyRow[] {
  const [state, setState] = useState({ people, question, rows: steady([], people) });
  if (state.people === people && state.question === question) return state.rows;
  const rows = steady(state.question === question ? state.rows : [], people);
  setState({ people, question, rows });
  return rows;
}
