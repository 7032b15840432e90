/** What the subset of Python literals found in the headers of .npy files reads as. */
export type PythonLiteral =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "none" }
  | { readonly kind: "tuple" | "list"; readonly items: readonly PythonLiteral[] }
  | { readonly kind: "dict"; readonly entries: ReadonlyMap<string, PythonLiteral> };

/** The text is not a literal of the subset; `offset` counts characters from 0. */
export class PythonLiteralError extends Error {
  override readonly name = "PythonLiteralError";
  constructor(
    readonly offset: number,
    what: string,
  ) {
    super(`${what} at character ${offset}`);
  }
}

/** Deep enough for any array type, shallow enough for any stack. */
const MAX_DEPTH = 32;
const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);

/**
 * Reads one literal and the white space around it: strings, integers (also Python 2's `3L`), True, False, None, tuples,
 * lists, and dictionaries whose keys are strings, with or without trailing commas.
 * @throws PythonLiteralError where the text is anything else
 */
export function parsePythonLiteral(text: string): PythonLiteral {
  const parser = new Parser(text);
  const literal = parser.literal(0);
  parser.end();
  return literal;
}

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  literal(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) throw this.error("too many brackets");
    this.skipSpace();
    const first = this.text[this.at];
    if (first === "'" || first === '"') return { kind: "string", text: this.string(first) };
    if (first === "{") return this.dict(depth);
    if (first === "(") return this.sequence("(", ")", depth);
    if (first === "[") return this.sequence("[", "]", depth);
    const integer = this.take(/-?\d+L?/y);
    if (integer !== null) return { kind: "integer", value: BigInt(integer.replace("L", "")) };
    const word = this.take(/[A-Za-z_]\w*/y);
    if (word === "True" || word === "False") return { kind: "boolean", value: word === "True" };
    if (word === "None") return { kind: "none" };
    throw this.error(word === null ? "no Python literal" : `unknown word ${word}`);
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.error("text after the end");
  }

  private dict(depth: number): PythonLiteral {
    const entries = new Map<string, PythonLiteral>();
    this.at++;
    while (!this.accept("}")) {
      const key = this.literal(depth + 1);
      if (key.kind !== "string") throw this.error("a key that is not a string");
      if (entries.has(key.text)) throw this.error(`a second '${key.text}'`);
      this.expect(":");
      entries.set(key.text, this.literal(depth + 1));
      if (!this.accept(",")) {
        this.expect("}");
        break;
      }
    }
    return { kind: "dict", entries };
  }

  /** A tuple of one needs its comma: `(3)` is the integer 3. */
  private sequence(open: "(" | "[", close: ")" | "]", depth: number): PythonLiteral {
    const items: PythonLiteral[] = [];
    this.at++;
    let comma = false;
    while (!this.accept(close)) {
      items.push(this.literal(depth + 1));
      comma = this.accept(",");
      if (!comma) {
        this.expect(close);
        break;
      }
    }
    const [only] = items;
    if (open === "(" && items.length === 1 && !comma && only !== undefined) return only;
    return { kind: open === "(" ? "tuple" : "list", items };
  }

  private string(quote: string): string {
    let text = "";
    for (this.at++; this.at < this.text.length; this.at++) {
      const character = this.text[this.at] ?? "";
      if (character === quote) {
        this.at++;
        return text;
      }
      if (character === "\\") {
        const meant = SIMPLE_ESCAPES.get(this.text[++this.at] ?? "");
        if (meant === undefined) throw this.error("an escape sequence that is not read here");
        text += meant;
      } else {
        text += character;
      }
    }
    throw this.error("a string without its end");
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private accept(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private expect(character: string): void {
    if (!this.accept(character)) throw this.error(`'${character}' missing`);
  }

  private skipSpace(): void {
    this.take(/[ \t\r\n]*/y);
  }

  private error(what: string): PythonLiteralError {
    return new PythonLiteralError(this.at, what);
  }
}
