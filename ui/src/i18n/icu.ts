/**
 * The part of ICU MessageFormat that the catalogue uses: `{name}`, `{n, plural, one {# x} other {# y}}`
 * and `{x, select, a {..} other {..}}`, nested. Texts are parsed once. It deliberately knows no dates or
 * numbers: those come formatted from `format.ts`.
 * Source: https://unicode-org.github.io/icu/userguide/format_parse/messages/
 */

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "count" }
  | {
      readonly kind: "choice";
      readonly name: string;
      readonly by: "plural" | "select";
      readonly cases: ReadonlyMap<string, readonly Piece[]>;
    };

/** Parses a message. A mistake in the catalogue throws; a test parses them all. */
export function parse(message: string): readonly Piece[] {
  let at = 0;

  const fail = (what: string): never => {
    throw new Error(`message "${message}": ${what} at ${at}`);
  };
  const word = (): string => {
    const found = /^\s*([\w=-]+)\s*/.exec(message.slice(at));
    if (!found?.[1]) return fail("a name is missing");
    at += found[0].length;
    return found[1];
  };
  const take = (char: string): void => {
    if (message[at] !== char) fail(`"${char}" is missing`);
    at += 1;
  };

  const argument = (): Piece => {
    take("{");
    const name = word();
    if (message[at] === "}") {
      at += 1;
      return { kind: "value", name };
    }
    take(",");
    const by = word();
    if (by !== "plural" && by !== "select") return fail(`"${by}" is unknown`);
    take(",");
    const cases = new Map<string, readonly Piece[]>();
    for (;;) {
      while (/\s/.test(message[at] ?? "")) at += 1;
      if (message[at] === "}") break;
      const key = word();
      take("{");
      cases.set(key, pieces(by === "plural"));
      take("}");
    }
    take("}");
    if (!cases.has("other")) return fail('the case "other" is missing');
    return { kind: "choice", name, by, cases };
  };

  const pieces = (inPlural: boolean): readonly Piece[] => {
    const result: Piece[] = [];
    let text = "";
    const flush = (): void => {
      if (text !== "") result.push({ kind: "text", text });
      text = "";
    };
    while (at < message.length && message[at] !== "}") {
      const char = message[at];
      if (char === "{") {
        flush();
        result.push(argument());
      } else if (char === "#" && inPlural) {
        flush();
        result.push({ kind: "count" });
        at += 1;
      } else {
        text += char;
        at += 1;
      }
    }
    flush();
    return result;
  };

  const result = pieces(false);
  if (at < message.length) fail("a brace too many");
  return result;
}

/** Fills a parsed message: each part as a literal text or the value of a name. */
export function fill<V>(
  parsed: readonly Piece[],
  values: Readonly<Record<string, V>>,
  rules: Intl.PluralRules,
  numbers: Intl.NumberFormat,
): (string | { readonly value: V; readonly name: string })[] {
  const result: (string | { readonly value: V; readonly name: string })[] = [];
  const walk = (pieces: readonly Piece[], count: number): void => {
    for (const piece of pieces) {
      switch (piece.kind) {
        case "text":
          result.push(piece.text);
          break;
        case "count":
          result.push(numbers.format(count));
          break;
        case "value": {
          const value = values[piece.name];
          if (value === undefined) result.push(`{${piece.name}}`);
          else result.push({ value, name: piece.name });
          break;
        }
        case "choice": {
          const value = values[piece.name];
          const amount = Number(value);
          const key = piece.by === "plural" ? rules.select(amount) : String(value);
          const exact = piece.by === "plural" ? piece.cases.get(`=${amount}`) : undefined;
          walk(exact ?? piece.cases.get(key) ?? piece.cases.get("other") ?? [], amount);
          break;
        }
      }
    }
  };
  walk(parsed, 0);
  return result;
}
