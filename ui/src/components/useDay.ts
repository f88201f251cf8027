import { useEffect, useState } from "react";

/** A moment of the current day; changes at midnight, so that "Today" does not stay for yesterday. */
export function useDay(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const midnight = new Date(now).setHours(24, 0, 0, 0);
    // A sleeping computer stops the clock of timers: look again when the window comes back.
    const look = () => {
      if (Date.now() >= midnight) setNow(Date.now());
    };
    const timer = setTimeout(look, midnight - Date.now() + 50);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [now]);
  return now;
}
