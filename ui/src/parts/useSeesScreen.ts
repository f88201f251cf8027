/** Whether a code can be read from the screen of this computer. */
import { useEffect, useState } from "react";
import { ipc } from "~/ipc/client";

let known: boolean | null = null;

export function useSeesScreen(): boolean {
  const [sees, setSees] = useState(known === true);
  useEffect(() => {
    if (known !== null) return;
    ipc.seesScreen().then(
      (offered) => {
        known = offered;
        setSees(offered);
      },
      // Asked again when it is next of use.
      () => setSees(false),
    );
  }, []);
  return sees;
}
