/** Changes settings at once. A refusal is told in a toast, except where a field shows it. */
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import type { SettingsPatch } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";

export function changeSettings(patch: SettingsPatch): void {
  ipc.updateSettings(patch).catch((error: unknown) => {
    showToast({ text: errorSentence(codeOf(error)), tone: "danger" });
  });
}
