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

/** The furthest moment from 1970 that a day around it can be computed of (ECMA-262, 21.4.1.1), ms. */
const FURTHEST = 8_640_000_000_000_000 - 2 * 86_400_000;

/** A moment that somebody else named, as one that there is: formatters throw at any other. */
function moment(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, -FURTHEST), FURTHEST);
}

function format(name: string, options: Intl.DateTimeFormatOptions, ms: number): string {
  return formatter(name, options).format(moment(ms));
}

/** "14:32". */
export function timeOfDay(ms: number): string {
  return format("time", { hour: "2-digit", minute: "2-digit" }, ms);
}

function startOfDay(ms: number): number {
  return new Date(moment(ms)).setHours(0, 0, 0, 0);
}

function yearOf(ms: number): number {
  return new Date(moment(ms)).getFullYear();
}

/** For programs, in an attribute: "2026-03-03T14:32:05.000Z". */
export function machineTime(ms: number): string {
  return new Date(moment(ms)).toISOString();
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
  if (days > 1 && days < 7) return format("weekday", { weekday: "long" }, ms);
  return dayMonth(ms, now);
}

/** The time in a row of the chat list: "14:32", "Yesterday", "Mon", "3 Mar", "03/03/2025". */
export function listTime(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  if (days === 0) return timeOfDay(ms);
  if (days === 1) return t("time.yesterday");
  if (days > 1 && days < 7) return format("short-weekday", { weekday: "short" }, ms);
  if (yearOf(ms) === yearOf(now))
    return format("short-day", { day: "numeric", month: "short" }, ms);
  return format("short-date", { day: "2-digit", month: "2-digit", year: "numeric" }, ms);
}

/** "3 March", with the year if it is another one. */
export function dayMonth(ms: number, now: number): string {
  return yearOf(ms) === yearOf(now)
    ? format("day", { day: "numeric", month: "long" }, ms)
    : format("date", { day: "numeric", month: "long", year: "numeric" }, ms);
}

/** "3 March 2026 at 14:32:05". */
export function dateTime(ms: number): string {
  return format("date-time", { dateStyle: "long", timeStyle: "medium" }, ms);
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
