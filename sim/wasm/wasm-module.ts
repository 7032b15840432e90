import { Bytes } from "./bytes.ts";
import { type Callable, Code } from "./code.ts";
import { I32, Op, type ValueType } from "./opcodes.ts";

/** A declared function whose body is being written. */
export interface WasmFunction extends Callable {
  readonly code: Code;
}

const preamble = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/**
 * A WebAssembly module that imports one memory ("env" "memory") and may have mutable i32 globals and one table of
 * functions. Functions are numbered as they are declared, so bodies can call what is not written yet.
 */
export class WasmModule {
  readonly #types: string[] = [];
  readonly #typeBytes: Bytes[] = [];
  readonly #functions: { readonly type: number; readonly code: Code }[] = [];
  readonly #exports = new Map<string, number>();
  readonly #globals: number[] = [];
  readonly #data: { readonly address: number; readonly bytes: Uint8Array }[] = [];
  #table: readonly Callable[] = [];

  /** The index of a function type. */
  type(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}:${results.join()}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    const bytes = new Bytes();
    bytes.byte(0x60);
    for (const list of [parameters, results]) {
      bytes.unsigned(list.length);
      for (const type of list) bytes.byte(type);
    }
    this.#typeBytes.push(bytes);
    return this.#types.push(key) - 1;
  }

  declare(parameters: readonly ValueType[] = [], results: readonly ValueType[] = []): WasmFunction {
    const code = new Code(parameters.length);
    const index = this.#functions.push({ type: this.type(parameters, results), code }) - 1;
    return { index, code };
  }

  export(name: string, { index }: Callable): void {
    this.#exports.set(name, index);
  }

  /** A mutable i32 global; the index of it. */
  global(initial: number): number {
    return this.#globals.push(initial) - 1;
  }

  /** Fills the table with these functions. */
  table(functions: readonly Callable[]): void {
    this.#table = functions;
  }

  /** Bytes that the memory holds from this address on once the module is instantiated. */
  data(address: number, bytes: Uint8Array): void {
    this.#data.push({ address, bytes });
  }

  encode(): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    out.append(preamble);
    section(out, 1, this.#typeBytes, (into, bytes) => into.append(bytes.view()));
    section(out, 2, ["env"], (into, env) => {
      into.name(env);
      into.name("memory");
      into.byte(2);
      into.byte(0);
      into.unsigned(0);
    });
    section(out, 3, this.#functions, (into, { type }) => into.unsigned(type));
    section(out, 4, this.#table.length > 0 ? [this.#table.length] : [], (into, size) => {
      into.byte(0x70);
      into.byte(0);
      into.unsigned(size);
    });
    section(out, 6, this.#globals, (into, initial) => {
      into.byte(I32);
      into.byte(1);
      into.byte(Op.i32Const);
      into.signed32(initial);
      into.byte(Op.end);
    });
    section(out, 7, [...this.#exports], (into, [name, index]) => {
      into.name(name);
      into.byte(0);
      into.unsigned(index);
    });
    section(out, 9, this.#table.length > 0 ? [this.#table] : [], (into, functions) => {
      into.unsigned(0);
      into.byte(Op.i32Const);
      into.signed32(0);
      into.byte(Op.end);
      into.unsigned(functions.length);
      for (const { index } of functions) into.unsigned(index);
    });
    section(out, 10, this.#functions, (into, { code }) => into.sized(code.encode()));
    section(out, 11, this.#data, (into, { address, bytes }) => {
      into.unsigned(0);
      into.byte(Op.i32Const);
      into.signed32(address);
      into.byte(Op.end);
      into.unsigned(bytes.length);
      into.append(bytes);
    });
    return out.view();
  }
}

/** A section with a vector of items; left out where there are none. */
function section<T>(out: Bytes, id: number, items: readonly T[], write: (into: Bytes, item: T) => void): void {
  if (items.length === 0) return;
  const content = new Bytes();
  content.unsigned(items.length);
  for (const item of items) write(content, item);
  out.byte(id);
  out.sized(content);
}
