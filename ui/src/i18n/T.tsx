/** A text of the catalogue with names isolated in `<bdi>` and elements in place of values. */
import { Fragment, type ReactNode } from "react";
import { type MessageKey, parts } from "./t";

export interface TProps {
  readonly id: MessageKey;
  readonly values?: Readonly<Record<string, ReactNode>>;
}

export function T({ id, values = {} }: TProps) {
  return parts(id, values).map((part, index) => {
    const key = typeof part === "string" ? `text-${index}` : `${part.name}-${index}`;
    if (typeof part === "string") return <Fragment key={key}>{part}</Fragment>;
    if (typeof part.value === "string") return <bdi key={key}>{part.value}</bdi>;
    return <Fragment key={key}>{part.value}</Fragment>;
  });
}
