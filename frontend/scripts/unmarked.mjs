// Finds the words that somebody may see or hear and that no translation reaches: those that do not go through t(), tn() or
// tp() (src/lib/words.ts). Part of `npm run check`.
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const LETTERS = /\p{L}/u;
/** Attributes whose value is read or heard. */
const SAID = new Set(["aria-label", "aria-roledescription", "aria-valuetext", "alt", "label", "placeholder", "title"]);
/** Properties that our own views show as they are. */
const SHOWN = new Set(["ariaLabel", "does", "hint", "innerText", "label", "message", "placeholder", "stay", "text", "textContent", "title"]);
/** What takes names, selectors and the like, however they look. */
const TAKES_NAMES = /^(querySelector(All)?|closest|matches|getAttribute|hasAttribute|removeAttribute|addEventListener|getElementById|createElement|on|emit|call|command|startsWith|endsWith|includes|has|get|dismissToast|split|join|fetch|Error|TypeError|URL|RegExp|Event|warn|error|log)$/;
/** Proper names and what programs say to programs. */
const NAMES = new Set(["Spaces", "Accept", "Content-Type", "Esc"]);

/** Whether a text reads like words to people: begins as a sentence does, or is more than one word. */
function isProse(text) {
  if (NAMES.has(text) || /__|--/.test(text)) return false;
  return /^\p{Lu}\p{Ll}/u.test(text) || /^\p{Lu}.* \p{Ll}/u.test(text) || /^[\p{L}{][\p{L}',{}]* [\p{L}{][\p{L} ,.'{}-]*$/u.test(text);
}

const isText = (node) => ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);

/** The text of a literal, `{}` where something is put in. */
function textOf(node) {
  if (!ts.isTemplateExpression(node)) return node.text;
  return node.head.text + node.templateSpans.map((span) => `{}${span.literal.text}`).join("");
}

/** What a template of lit's is made of: texts between tags, values of attributes, and where each expression stands. */
function htmlParts(template) {
  const isWhole = ts.isNoSubstitutionTemplateLiteral(template);
  const pieces = isWhole ? [template] : [template.head, ...template.templateSpans.map((span) => span.literal)];
  const parts = { texts: [], values: [], expressions: [] };
  let state = "text";
  let attribute = "";
  pieces.forEach((piece, index) => {
    const source = piece.getText();
    const begin = 1;
    const end = source.length - (isWhole || index === pieces.length - 1 ? 1 : 2);
    let from = begin;
    const push = (list, at) => {
      const text = source.slice(from, at);
      if (LETTERS.test(text)) list.push({ text, attribute, start: piece.getStart() + from });
    };
    for (let at = begin; at < end; at += 1) {
      const sign = source[at];
      if (state === "text" && sign === "<" && /[a-z/!]/i.test(source[at + 1] ?? "")) {
        push(parts.texts, at);
        state = source.startsWith("<!--", at) ? "comment" : "tag";
      } else if (state === "comment" && source.startsWith("-->", at)) {
        state = "text";
        at += 2;
        from = at + 1;
      } else if (state === "tag" && sign === ">") {
        state = "text";
        from = at + 1;
      } else if (state === "tag" && sign === "=") {
        attribute = /([\w.@?:-]+)\s*$/.exec(source.slice(begin, at))?.[1] ?? "";
        if (source[at + 1] === '"') {
          state = "value";
          at += 1;
          from = at + 1;
        } else state = "bare";
      } else if (state === "value" && sign === '"') {
        push(parts.values, at);
        state = "tag";
      } else if (state === "bare" && /[\s>]/.test(sign)) {
        state = sign === ">" ? "text" : "tag";
        from = at + 1;
      }
    }
    if (state === "text") push(parts.texts, end);
    if (state === "value") push(parts.values, end);
    if (!isWhole && index < pieces.length - 1) {
      const inTag = state === "value" || state === "bare" || state === "tag";
      parts.expressions.push({ node: template.templateSpans[index].expression, attribute: inTag ? attribute : null });
    }
  });
  return parts;
}

/** The literals that an expression gives as it is: those of both ways of a condition. */
function* given(node) {
  if (isText(node)) yield node;
  else if (ts.isParenthesizedExpression(node)) yield* given(node.expression);
  else if (ts.isConditionalExpression(node)) {
    yield* given(node.whenTrue);
    yield* given(node.whenFalse);
  } else if (ts.isBinaryExpression(node) && !/[=<>]/.test(node.operatorToken.getText())) {
    yield* given(node.left);
    yield* given(node.right);
  }
}

/** How many texts each takes. */
const MARKS = new Map([["t", 1], ["tn", 2], ["tp", 2]]);

const calls = (node) => (ts.isCallExpression(node) || ts.isNewExpression(node) ? (node.expression.name ?? node.expression).getText() : "");

/** Whether a literal is a name by where it stands. */
function isNameHere(node) {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent) || ts.isCaseClause(parent)) return true;
  if (ts.isElementAccessExpression(parent) || (ts.isPropertyAssignment(parent) && (parent.name === node || parent.name.getText() === "key"))) return true;
  if (ts.isBinaryExpression(parent) && /^(name|className)$/.test(parent.left.name?.getText() ?? "")) return true;
  // ["Home", "End"].includes(event.key)
  if (ts.isArrayLiteralExpression(parent) && ts.isPropertyAccessExpression(parent.parent)) return true;
  if (ts.isBinaryExpression(parent) && /^([!=]==?|in)$/.test(parent.operatorToken.getText())) return true;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const name = calls(parent);
    if (name === "setAttribute") return !SAID.has(parent.arguments[0]?.text) || parent.arguments[0] === node;
    return TAKES_NAMES.test(name);
  }
  return false;
}

/** The literals of a file that are not marked although somebody sees or hears them, each with its line. */
function unmarkedIn(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found = new Map();
  const excused = new Set();
  const lineOf = (at) => source.getLineAndCharacterOfPosition(at).line + 1;
  const leave = (node) => {
    if (isText(node)) excused.add(node);
    ts.forEachChild(node, leave);
  };
  const miss = (text, at) => {
    if (LETTERS.test(text.replaceAll("{}", "")) && !NAMES.has(text.trim())) found.set(at, { text: text.trim().replace(/\s+/g, " "), line: lineOf(at) });
  };
  const missGiven = (node) => {
    for (const one of given(node)) if (!excused.has(one)) miss(textOf(one), one.getStart());
  };

  /** Messages are found in the code as they stand: as plain texts in double quotes (stack/catalogues.py). */
  function mark(call, texts) {
    for (const argument of call.arguments.slice(0, texts)) {
      if (ts.isStringLiteral(argument)) excused.add(argument);
      else found.set(argument.getStart(), { text: `not a plain text: ${argument.getText()}`, line: lineOf(argument.getStart()) });
    }
  }

  function visit(node) {
    const called = calls(node);
    if (MARKS.has(called)) mark(node, MARKS.get(called));
    if (ts.isTypeNode(node)) return;
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "html") {
      excused.add(node.template);
      const { texts, values, expressions } = htmlParts(node.template);
      for (const text of texts) miss(text.text, text.start);
      for (const value of values) if (SAID.has(value.attribute)) miss(value.text, value.start);
      for (const { node: expression, attribute } of expressions) {
        if (attribute === null || SAID.has(attribute)) missGiven(expression);
        else if (!attribute.startsWith("@") && !ts.isCallExpression(expression)) leave(expression);
      }
    } else if (ts.isPropertyAssignment(node) && SHOWN.has(node.name.getText())) {
      missGiven(node.initializer);
    } else if (ts.isBinaryExpression(node) && node.operatorToken.getText() === "=" && SHOWN.has(node.left.name?.getText())) {
      missGiven(node.right);
    } else if (isText(node) && !excused.has(node) && !isNameHere(node) && isProse(textOf(node))) {
      miss(textOf(node), node.getStart());
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return [...found.values()];
}

const names = (await readdir(path.join(root, "src"), { recursive: true })).filter((name) => name.endsWith(".ts")).sort();
const missed = names.flatMap((name) => unmarkedIn(path.join(root, "src", name)).map(({ text, line }) => `src/${name}:${line}: ${text}`));
if (missed.length > 0) {
  console.error(`Not in t() (src/lib/words.ts):\n${missed.join("\n")}`);
  process.exit(1);
}
