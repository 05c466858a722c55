// Numbers and times as people read them, in the language of the page.

import { language, t, tn } from "./words";

/** "42 minutes", "1 hour 5 minutes", "less than a minute". */
export function durationInWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return t("less than a minute");
  const inHours = (value: number) => tn("{count} hour", "{count} hours", value);
  const inMinutes = (value: number) => tn("{count} minute", "{count} minutes", value);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return inMinutes(minutes);
  return rest === 0 ? inHours(hours) : t("{hours} {minutes}", { hours: inHours(hours), minutes: inMinutes(rest) });
}

/** 1:58, 12:00, 1:02:03 for a rest of time; never below 0:00. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** How far a start is away: "in 3 days", "in 5:03:21" within a day, "any moment now" once it has come. */
export function startsIn(seconds: number): string {
  if (seconds <= 0) return t("any moment now");
  const days = Math.floor(seconds / 86_400);
  if (days > 0) return tn("in {count} day", "in {count} days", days);
  return t("in {time}", { time: clock(seconds) });
}

const NEAR_MS = 7 * 24 * 3600 * 1000;

/** "just now", "5 minutes ago", "in 2 hours" within a week; else the local date and time. */
export function relativeTime(at: Date, now: Date, lang = language): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 45) return seconds > 0 ? t("in a moment") : t("just now");
  if (distance * 1000 > NEAR_MS) {
    const sameYear = at.getFullYear() === now.getFullYear();
    return new Intl.DateTimeFormat(lang, {
      day: "numeric",
      month: "short",
      ...(sameYear ? { hour: "numeric", minute: "2-digit" } : { year: "numeric" }),
    }).format(at);
  }
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  if (distance < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (distance < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** "Fri, 3 May, 18:00", in local time. */
export function dayAndTime(at: Date, lang = language): string {
  return new Intl.DateTimeFormat(lang, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  }).format(at);
}

/** "Today", "Yesterday", "Monday, 3 March", "3 March 2024". */
export function dayWords(day: Date, now: Date, lang = language): string {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(day)) / 86_400_000);
  if (days === 0 || days === 1) {
    const words = new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(-days, "day");
    return words.charAt(0).toLocaleUpperCase(lang) + words.slice(1);
  }
  const sameYear = day.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(lang, {
    day: "numeric",
    month: "long",
    ...(sameYear ? { weekday: "long" } : { year: "numeric" }),
  }).format(day);
}

/** The whole local time with its zone named, for a tooltip. */
export function fullTime(at: Date, lang = language): string {
  return new Intl.DateTimeFormat(lang, {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(at);
}

/** Up to two letters for a person without a picture, as the server draws them (accounts/templatetags/ui.py). */
export function initials(name: string): string {
  const all = name.trim().split(/\s+/).filter(Boolean);
  const lettered = all.filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const words = lettered.length > 0 ? lettered : all;
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => Array.from(word ?? "")[0] ?? "").join("").toUpperCase() || "?";
}

export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name;
}

/** "Maya", "Maya and Tom", "Maya, Tom and 3 others". */
export function namesInWords(names: string[]): string {
  const [first = "", second = ""] = names;
  if (names.length <= 1) return first;
  if (names.length === 2) return t("{first} and {second}", { first, second });
  const others = names.length - 2;
  return tn("{first}, {second} and {count} other", "{first}, {second} and {count} others", others, { first, second });
}
