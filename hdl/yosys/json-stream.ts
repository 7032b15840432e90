import { Tokenizer, TokenType } from "@streamparser/json";
import { DesignError } from "../netlist/index.ts";

/** A JSON value with objects as maps, so that no key (`__proto__`) is special. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export type JsonInput = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Told of every object as it closes, with the keys that lead to it; what it returns true for is taken and not kept in
 * the object around it. `line` is where the object closes.
 */
export type TakeObject = (path: readonly string[], value: JsonObject, line: number) => boolean;

const chunkSize = 1 << 16;
/** Yosys nests objects eight deep. */
const mostNesting = 32;

interface Frame {
  readonly list: Json[] | null;
  readonly object: Map<string, Json> | null;
  key: string;
}

/**
 * Parses JSON piece by piece, so that neither the text nor the whole tree need be in memory at once, and returns what
 * was not taken of the outermost object. Throws a DesignError with the byte, the line and the path of the first fault.
 */
export async function streamJson(input: JsonInput, take: TakeObject): Promise<JsonObject> {
  const parser = new ObjectParser(take);
  if (typeof input === "string")
    for (let at = 0; at < input.length; at += chunkSize) parser.write(input.slice(at, at + chunkSize));
  else if (input instanceof Uint8Array) parser.writeBytes(input);
  else for await (const bytes of input) parser.writeBytes(bytes);
  return parser.end();
}

type Expected = "value" | "first value" | "first key" | "key" | "colon" | "comma" | "end";

class ObjectParser {
  readonly #tokenizer = new Tokenizer();
  readonly #take: TakeObject;
  readonly #stack: Frame[] = [];
  #expected: Expected = "value";
  #offset = 0;
  #line = 1;
  #root: JsonObject | null = null;
  readonly #encoder = new TextEncoder();

  constructor(take: TakeObject) {
    this.#take = take;
    this.#tokenizer.onToken = ({ token, value, offset }) => {
      this.#offset = offset;
      this.#accept(token, value);
    };
  }

  write(text: string): void {
    // A surrogate pair cut in two is put together again by the tokenizer only.
    this.#feed(text, this.#encoder.encode(text));
  }

  writeBytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += chunkSize) {
      const chunk = bytes.subarray(at, at + chunkSize);
      this.#feed(chunk, chunk);
    }
  }

  #feed(chunk: string | Uint8Array, bytes: Uint8Array): void {
    try {
      this.#tokenizer.write(chunk);
    } catch (error) {
      if (error instanceof DesignError) throw error;
      this.#fail(`it is no JSON from here on (${reasonOf(error)})`);
    }
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) this.#line++;
  }

  end(): JsonObject {
    try {
      this.#tokenizer.end();
    } catch (error) {
      if (error instanceof DesignError) throw error;
      this.#fail(`it ends in the middle (${reasonOf(error)})`);
    }
    if (this.#root === null) this.#fail("it ends before its last brace; write it again in full");
    return this.#root ?? new Map();
  }

  #fail(what: string): never {
    const keys = this.#stack.map((frame) => frame.key);
    const path = keys.length === 0 ? "its start" : cut(keys.filter((key) => key !== "").join(" > "));
    throw new DesignError(`Yosys JSON, near byte ${this.#offset}, line ${this.#line} (in ${path}): ${what}`);
  }

  #accept(token: TokenType, value: Json): void {
    const expected = this.#expected;
    const top = this.#stack.at(-1);
    switch (token) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        if (expected !== "value" && expected !== "first value") this.#unexpected(value);
        if (this.#stack.length === mostNesting) this.#fail(`it is nested more than ${mostNesting} deep`);
        if (token === TokenType.LEFT_BRACE) {
          this.#stack.push({ list: null, object: new Map(), key: "" });
          this.#expected = "first key";
        } else {
          if (top === undefined) this.#fail("it must be an object, not a list");
          this.#stack.push({ list: [], object: null, key: "" });
          this.#expected = "first value";
        }
        return;
      case TokenType.RIGHT_BRACE:
        if (!top?.object || (expected !== "first key" && expected !== "comma")) this.#unexpected(value);
        this.#close(top.object);
        return;
      case TokenType.RIGHT_BRACKET:
        if (!top?.list || (expected !== "first value" && expected !== "comma")) this.#unexpected(value);
        this.#close(top.list);
        return;
      case TokenType.COMMA:
        if (!top || expected !== "comma") this.#unexpected(value);
        this.#expected = top.object ? "key" : "value";
        return;
      case TokenType.COLON:
        if (expected !== "colon") this.#unexpected(value);
        this.#expected = "value";
        return;
      default:
        if (top?.object && (expected === "key" || expected === "first key")) {
          if (typeof value !== "string") this.#unexpected(value);
          if (top.object.has(value)) this.#fail(`the key "${cut(value)}" comes twice`);
          top.key = value;
          this.#expected = "colon";
        } else if (top && (expected === "value" || expected === "first value")) this.#put(value);
        else this.#unexpected(value);
    }
  }

  #unexpected(value: Json): never {
    const wanted = this.#expected.replace("first ", "");
    this.#fail(`${JSON.stringify(value)?.slice(0, 40)} stands where ${wanted} is expected`);
  }

  #close(value: Json[] | Map<string, Json>): void {
    const path = this.#stack.slice(0, -1).map((frame) => frame.key);
    const taken = value instanceof Map && this.#take(path, value, this.#line);
    this.#stack.pop();
    if (this.#stack.length === 0) {
      if (value instanceof Map) this.#root = value;
      this.#expected = "end";
    } else if (taken) this.#expected = "comma";
    else this.#put(value);
  }

  #put(value: Json): void {
    const top = this.#stack.at(-1);
    if (top?.list) top.list.push(value);
    else top?.object?.set(top.key, value);
    this.#expected = "comma";
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? cut(error.message) : "unreadable";
}

/** Text from a file as a message can hold it. */
export function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
