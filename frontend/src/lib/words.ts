// Our words in the language of the page. English is what stands in the code; another language comes as a script of its
// own (`words/de.js`, which scripts/build.mjs makes of locale/de), which the page runs before this program starts.

type Values = Readonly<Record<string, string | number>>;

/** English to what it is here: a text, or one for each form of the plural, in gettext's order. */
export type Catalogue = Readonly<Record<string, string | readonly string[]>>;

const page = typeof document === "undefined" ? null : document.documentElement;

/** BCP 47, as `<html lang>` says it; for Intl. */
export const language: string = page?.lang || "en";

/** Whether the page is read from right to left. */
export const isRightToLeft: boolean = page?.dir === "rtl";

let known = new Map<string, string | readonly string[]>();

/** Speak as `words` say from now on; what they do not know stays English. Called before anything is drawn. */
export function learn(words: Catalogue): void {
  known = new Map(Object.entries(words));
}

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function textFor(key: string, english: string): string {
  const found = known.get(key);
  return (typeof found === "string" ? found : found?.[0]) || english;
}

/** `english`, a plain text in quotes, in the page's language; each `{name}` in it is replaced by the value of that name. */
export function t(english: string, values: Values = {}): string {
  return filled(textFor(english, english), values);
}

/** Like `t`, for a word that means different things in different places: `context` says which (gettext's msgctxt). */
export function tp(context: string, english: string, values: Values = {}): string {
  return filled(textFor(`${context}\x04${english}`, english), values);
}

/** The form for `count` of a text that counts. `{count}` becomes the number in short (1.2K), unless `values` say otherwise. */
export function tn(one: string, many: string, count: number, values: Values = {}): string {
  const forms = known.get(one);
  const text = typeof forms === "object" ? forms[pluralForm(count, forms.length)] : "";
  return filled(text || (count === 1 ? one : many), { count: shortCount(count), ...values });
}

/** A sentence in pieces, for a template: what stood in braces and has no value yet is the piece of that name. */
export function pieces(sentence: string, named: Readonly<Record<string, unknown>>): unknown[] {
  return sentence.split(/\{(\w+)\}/).map((piece, at) => (at % 2 === 0 ? piece : (named[piece] ?? `{${piece}}`)));
}

const IN_ORDER = ["zero", "one", "two", "few", "many", "other"] as const;
const plurals = new Intl.PluralRules(language);
const used = IN_ORDER.filter((form) => plurals.resolvedOptions().pluralCategories.includes(form));

/** Which of gettext's forms: those of the language in Unicode's order; catalogues leave out the rarest of some languages. */
function pluralForm(count: number, forms: number): number {
  return Math.min(used.indexOf(plurals.select(count)), forms - 1);
}

const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

/** 999, 1.2K, 15K, 1.2M, as the language writes it. */
export function shortCount(count: number): string {
  if (count < 1_000) return short.format(count);
  // Cut, not rounded: 1,999 people are not yet 2K.
  const unit = 1_000 ** Math.floor(Math.log10(count) / 3);
  const step = count / unit < 10 ? unit / 10 : unit;
  return short.format(Math.floor(count / step) * step);
}
