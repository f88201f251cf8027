/**
 * Times, dates and numbers in the person's language. Formatters are made once: making one costs
 * more than a hundred uses.
 */
import { locale } from "./locale";
import { t } from "./t";

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale().tag} ${name}`;
  const found = formatters.get(key);
  if (found) return found;
  const made = new Intl.DateTimeFormat(locale().tag, options);
  formatters.set(key, made);
  return made;
}

/** "14:32". */
export function timeOfDay(ms: number): string {
  return formatter("time", { hour: "2-digit", minute: "2-digit" }).format(ms);
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** How many midnights lie between the two moments; summer time makes some days 23 or 25 hours long. */
export function daysBetween(ms: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(ms)) / 86_400_000);
}

/** The chip above a day of messages: "Today", "Yesterday", "Monday", "3 March", "3 March 2025". */
export function dayChip(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  if (days > 1 && days < 7) return formatter("weekday", { weekday: "long" }).format(ms);
  return dayMonth(ms, now);
}

/** The time in a row of the chat list: "14:32", "Yesterday", "Mon", "3 Mar", "03/03/2025". */
export function listTime(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  if (days === 0) return timeOfDay(ms);
  if (days === 1) return t("time.yesterday");
  if (days > 1 && days < 7) return formatter("short-weekday", { weekday: "short" }).format(ms);
  if (new Date(ms).getFullYear() === new Date(now).getFullYear()) {
    return formatter("short-day", { day: "numeric", month: "short" }).format(ms);
  }
  return formatter("short-date", { day: "2-digit", month: "2-digit", year: "numeric" }).format(ms);
}

/** "3 March", with the year if it is another one. */
export function dayMonth(ms: number, now: number): string {
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? formatter("day", { day: "numeric", month: "long" }).format(ms)
    : formatter("date", { day: "numeric", month: "long", year: "numeric" }).format(ms);
}

/** "3 March 2026 at 14:32:05". */
export function dateTime(ms: number): string {
  return formatter("date-time", { dateStyle: "long", timeStyle: "medium" }).format(ms);
}

/** "1,234". */
export function number(value: number): string {
  return new Intl.NumberFormat(locale().tag).format(value);
}

/** A length of time in its largest whole unit: "12 s", "3 min", "2 h", "4 days". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t("time.seconds", { count: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("time.minutes", { count: minutes });
  const hours = Math.round(minutes / 60);
  if (hours < 48) return t("time.hours", { count: hours });
  return t("time.days", { count: Math.round(hours / 24) });
}
