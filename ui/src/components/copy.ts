/** Puts text on the clipboard. @throws when the system refuses. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
