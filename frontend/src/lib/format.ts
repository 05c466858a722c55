// Numbers and times as people read them.

/** 999, 1.2K, 15K, 1.2M. */
export function shortCount(count: number): string {
  if (count < 1_000) return String(count);
  const [unit, size] = count < 1_000_000 ? ["K", 1_000] : ["M", 1_000_000];
  const value = count / (size as number);
  // Cut, not rounded: 1,999 people are not yet 2K.
  const text = value < 10 ? (Math.floor(value * 10) / 10).toFixed(1).replace(/\.0$/, "") : String(Math.floor(value));
  return `${text}${unit}`;
}

export function plural(count: number, one: string, many: string): string {
  return `${shortCount(count)} ${count === 1 ? one : many}`;
}

/** "42 minutes", "1 hour 5 minutes", "less than a minute". */
export function durationInWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "less than a minute";
  const unit = (value: number, name: string) => `${value} ${name}${value === 1 ? "" : "s"}`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return unit(minutes, "minute");
  return rest === 0 ? unit(hours, "hour") : `${unit(hours, "hour")} ${unit(rest, "minute")}`;
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
  if (seconds <= 0) return "any moment now";
  const days = Math.floor(seconds / 86_400);
  if (days > 0) return `in ${days} ${days === 1 ? "day" : "days"}`;
  return `in ${clock(seconds)}`;
}

const NEAR_MS = 7 * 24 * 3600 * 1000;

/** "just now", "5 minutes ago", "in 2 hours" within a week; else the local date and time. */
export function relativeTime(at: Date, now: Date, language = "en"): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 45) return seconds > 0 ? "in a moment" : "just now";
  if (distance * 1000 > NEAR_MS) {
    const sameYear = at.getFullYear() === now.getFullYear();
    return new Intl.DateTimeFormat(language, {
      day: "numeric",
      month: "short",
      ...(sameYear ? { hour: "numeric", minute: "2-digit" } : { year: "numeric" }),
    }).format(at);
  }
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (distance < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (distance < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** "Fri, 3 May, 18:00", in local time. */
export function dayAndTime(at: Date, language = "en"): string {
  return new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  }).format(at);
}

/** "Today", "Yesterday", "Monday, 3 March", "3 March 2024". */
export function dayWords(day: Date, now: Date, lang = "en"): string {
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
export function fullTime(at: Date, language = "en"): string {
  return new Intl.DateTimeFormat(language, {
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
  if (names.length === 2) return `${first} and ${second}`;
  const others = names.length - 2;
  return `${first}, ${second} and ${others} ${others === 1 ? "other" : "others"}`;
}
