/** Keeps the last value that was there, so that a dialog shows its words while it fades out. */
import { useState } from "react";

export function useKept<V>(value: V | null): V | null {
  const [kept, setKept] = useState(value);
  if (value !== null && value !== kept) setKept(value);
  return value ?? kept;
}
