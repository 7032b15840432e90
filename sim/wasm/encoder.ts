/**
 * WebAssembly's binary format (WebAssembly Core Specification 2.0, section 5), as far as the simulator uses it. No text
 * of a user's enters the bytes: code refers to everything by index.
 */

/** Value types. */
export const i32 = 0x7f;
export const i64 = 0x7e;
export type ValueType = typeof i32 | typeof i64;

/** Opcodes, by the specification's names. */
export const op = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  i64Load: 0x29,
  i32Load8U: 0x2d,
  i32Load16U: 0x2f,
  i32Store: 0x36,
  i64Store: 0x37,
  i32Store8: 0x3a,
  i32Store16: 0x3b,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GeU: 0x4f,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64LtU: 0x54,
  i64GeU: 0x5a,
  i32Popcnt: 0x69,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32DivS: 0x6d,
  i32DivU: 0x6e,
  i32RemS: 0x6f,
  i32RemU: 0x70,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrS: 0x75,
  i32ShrU: 0x76,
  i64Popcnt: 0x7b,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64DivS: 0x7f,
  i64DivU: 0x80,
  i64RemS: 0x81,
  i64RemU: 0x82,
  i64And: 0x83,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64Shl: 0x86,
  i64ShrS: 0x87,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
} as const;

/** A growing run of bytes. */
export class Bytes {
  private buffer = new Uint8Array(1024);
  length = 0;

  byte(...values: readonly number[]): this {
    for (const value of values) {
      if (this.length === this.buffer.length) this.grow(this.length + 1);
      this.buffer[this.length++] = value;
    }
    return this;
  }

  append(other: Bytes): this {
    if (this.length + other.length > this.buffer.length) this.grow(this.length + other.length);
    this.buffer.set(other.buffer.subarray(0, other.length), this.length);
    this.length += other.length;
    return this;
  }

  /** Unsigned LEB128. */
  unsigned(value: number): this {
    let rest = value;
    while (rest > 127) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    return this.byte(rest);
  }

  /** Signed LEB128. */
  signed(value: bigint): this {
    let rest = value;
    for (;;) {
      const low = Number(rest & 127n);
      rest >>= 7n;
      if ((rest === 0n && low < 64) || (rest === -1n && low >= 64)) return this.byte(low);
      this.byte(low | 128);
    }
  }

  name(text: string): this {
    return this.unsigned(text.length).byte(...Array.from(text, (letter) => letter.charCodeAt(0)));
  }

  toUint8Array(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.length);
  }

  private grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }
}

/** The body of one function: its instructions and the locals after its parameters. */
export class FunctionBody {
  readonly code = new Bytes();
  private readonly types: ValueType[] = [];

  constructor(
    readonly parameters: readonly ValueType[],
    readonly results: readonly ValueType[],
  ) {}

  local(type: ValueType): number {
    return this.parameters.length + this.types.push(type) - 1;
  }

  emit(...bytes: readonly number[]): this {
    this.code.byte(...bytes);
    return this;
  }
  get(local: number): this {
    this.code.byte(op.localGet).unsigned(local);
    return this;
  }
  set(local: number): this {
    this.code.byte(op.localSet).unsigned(local);
    return this;
  }
  tee(local: number): this {
    this.code.byte(op.localTee).unsigned(local);
    return this;
  }
  call(index: number): this {
    this.code.byte(op.call).unsigned(index);
    return this;
  }
  /** A constant given as its 32 or 64 bits. */
  i32(bits: number): this {
    this.code.byte(op.i32Const).signed(BigInt(bits | 0));
    return this;
  }
  i64(bits: bigint): this {
    this.code.byte(op.i64Const).signed(BigInt.asIntN(64, bits));
    return this;
  }
  /** A load or store at the address on the stack plus `offset`. */
  memory(opcode: number, offset: number): this {
    this.code.byte(opcode, 0).unsigned(offset);
    return this;
  }

  encode(): Bytes {
    const runs: [number, ValueType][] = [];
    for (const type of this.types) {
      const last = runs.at(-1);
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const body = new Bytes().unsigned(runs.length);
    for (const [count, type] of runs) body.unsigned(count).byte(type);
    body.append(this.code).byte(op.end);
    return new Bytes().unsigned(body.length).append(body);
  }
}

export interface ImportedFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A module that imports its memory (`m.memory`) and functions, and exports functions by name. */
export class WasmModule {
  private readonly functions: FunctionBody[] = [];
  private readonly exports: { readonly name: string; readonly index: number }[] = [];

  constructor(
    private readonly imports: readonly ImportedFunction[],
    private readonly pages: number,
  ) {}

  /** Adds a function and returns its index, which calls use. */
  add(body: FunctionBody, exported?: string): number {
    const index = this.imports.length + this.functions.push(body) - 1;
    if (exported !== undefined) this.exports.push({ name: exported, index });
    return index;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const types = new Map<string, number>();
    const typeSection = new Bytes();
    const typeIndex = ({ parameters, results }: Pick<ImportedFunction, "parameters" | "results">) => {
      const key = `${parameters.join()}:${results.join()}`;
      let index = types.get(key);
      if (index === undefined) {
        index = types.size;
        types.set(key, index);
        typeSection.byte(0x60);
        typeSection.unsigned(parameters.length).byte(...parameters);
        typeSection.unsigned(results.length).byte(...results);
      }
      return index;
    };

    const imports = new Bytes().unsigned(this.imports.length + 1);
    imports.name("m").name("memory").byte(2, 0).unsigned(this.pages);
    for (const imported of this.imports) imports.name("m").name(imported.name).byte(0).unsigned(typeIndex(imported));
    const functions = new Bytes().unsigned(this.functions.length);
    for (const body of this.functions) functions.unsigned(typeIndex(body));
    const exports = new Bytes().unsigned(this.exports.length);
    for (const { name, index } of this.exports) exports.name(name).byte(0).unsigned(index);
    const code = new Bytes().unsigned(this.functions.length);
    for (const body of this.functions) code.append(body.encode());

    const bytes = new Bytes().byte(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    const section = (id: number, content: Bytes) => bytes.byte(id).unsigned(content.length).append(content);
    section(1, new Bytes().unsigned(types.size).append(typeSection));
    section(2, imports);
    section(3, functions);
    section(7, exports);
    section(10, code);
    return bytes.toUint8Array();
  }
}
