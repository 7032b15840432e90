import { DesignError, type Source } from "../netlist/index.ts";
import { cut, type Json, type JsonInput, type JsonObject, streamJson } from "./json-stream.ts";
import {
  type Bits,
  oneBit,
  tristateBit,
  undefinedBit,
  type YosysCell,
  type YosysMemory,
  type YosysModule,
  type YosysNet,
  type YosysPort,
  zeroBit,
} from "./yosys-netlist.ts";

const constants = new Map<string, number>([
  ["0", zeroBit],
  ["1", oneBit],
  ["x", undefinedBit],
  ["z", tristateBit],
]);
/** Bits of one signal: the most that a value of the netlist may have. */
const widest = 1 << 20;

/**
 * Reads Yosys JSON as `write_json` writes it, each cell and net as it comes. Throws a DesignError that names the module,
 * the object in it and the line for what is no such JSON.
 */
export async function readYosysJson(input: JsonInput): Promise<ReadonlyMap<string, YosysModule>> {
  const modules = new Map<string, YosysModule>();
  let reader: ModuleReader | null = null;
  const root = await streamJson(input, (path, value, line) => {
    const [section, module, part, name] = path;
    if (section !== "modules" || module === undefined) return false;
    if (reader?.name !== module) reader = new ModuleReader(module);
    if (path.length === 4 && part !== undefined && name !== undefined) return reader.take(part, name, value, line);
    if (path.length !== 2) return false;
    if (modules.has(module)) throw new DesignError(`Yosys JSON: two modules are named ${cut(module)}; rename one`);
    modules.set(module, reader.finish(value, line));
    reader = null;
    return true;
  });
  if (!root.has("modules"))
    throw new DesignError('Yosys JSON: it has no "modules"; write it with the command write_json of Yosys');
  return modules;
}

class ModuleReader {
  readonly name: string;
  readonly #ports = new Map<string, YosysPort>();
  readonly #cells = new Map<string, YosysCell>();
  readonly #memories = new Map<string, YosysMemory>();
  readonly #nets = new Map<string, YosysNet>();
  readonly #dense = new Map<number, number>();
  #place = "";

  constructor(name: string) {
    this.name = name;
  }

  take(part: string, name: string, value: JsonObject, line: number): boolean {
    this.#place = `module ${cut(this.name)}, ${part} ${cut(name)}, line ${line}`;
    switch (part) {
      case "ports":
        this.#put(this.#ports, name, this.#port(name, value));
        return true;
      case "cells":
        this.#put(this.#cells, name, this.#cell(name, value));
        return true;
      case "memories":
        this.#put(this.#memories, name, {
          name,
          width: this.#integer(value, "width"),
          size: this.#integer(value, "size"),
          offset: value.has("start_offset") ? this.#integer(value, "start_offset") : 0,
          source: this.#source(value),
        });
        return true;
      case "netnames":
        this.#put(this.#nets, name, this.#net(name, value));
        return true;
      default:
        return false;
    }
  }

  finish(value: JsonObject, line: number): YosysModule {
    this.#place = `module ${cut(this.name)}, line ${line}`;
    const attributes = this.#object(value, "attributes");
    const title = attributes.get("hdlname");
    const set = (name: string) => isSet(attributes.get(name));
    return {
      name: this.name,
      title: typeof title === "string" && title.trim() !== "" ? title.trim().replace(/^\\/, "") : this.name,
      top: set("top"),
      blackBox: set("blackbox") || set("whitebox"),
      ports: this.#ports,
      cells: this.#cells,
      memories: this.#memories,
      nets: [...this.#nets.values()],
      bitCount: this.#dense.size,
      source: this.#source(value),
    };
  }

  #fail(what: string): never {
    throw new DesignError(`Yosys JSON, ${this.#place}: ${what}; write it again with write_json`);
  }

  #put<T>(table: Map<string, T>, name: string, value: T): void {
    if (table.has(name)) this.#fail("the name comes twice");
    table.set(name, value);
  }

  #port(name: string, value: JsonObject): YosysPort {
    const direction = value.get("direction");
    if (direction !== "input" && direction !== "output" && direction !== "inout")
      this.#fail(`its direction is ${shown(direction)}, not input, output or inout`);
    return { name, direction, bits: this.#bits(value.get("bits"), "bits"), signed: isSet(value.get("signed")) };
  }

  #cell(name: string, value: JsonObject): YosysCell {
    const type = value.get("type");
    if (typeof type !== "string" || type === "") this.#fail(`its type is ${shown(type)}, not a name`);
    const parameters = new Map<string, string | number>();
    for (const [key, parameter] of this.#object(value, "parameters")) {
      if (typeof parameter !== "string" && typeof parameter !== "number")
        this.#fail(`parameter ${cut(key)} is ${shown(parameter)}, neither a string nor a number`);
      parameters.set(key, parameter);
    }
    const connections = new Map<string, Bits>();
    for (const [key, bits] of this.#object(value, "connections"))
      connections.set(key, this.#bits(bits, `connection ${cut(key)}`));
    return { name, type, parameters, connections, source: this.#source(value) };
  }

  #net(name: string, value: JsonObject): YosysNet {
    const bits = this.#bits(value.get("bits"), "bits");
    const init = this.#object(value, "attributes").get("init");
    if (init !== undefined && (typeof init !== "string" || !/^[01xz]*\s*$/.test(init)))
      this.#fail(`its init is ${shown(init)}, not a string of 0, 1 and x`);
    return {
      name,
      hidden: isSet(value.get("hide_name")),
      bits,
      signed: isSet(value.get("signed")),
      init: init?.trim() ?? null,
      source: this.#source(value),
    };
  }

  #object(value: JsonObject, key: string): JsonObject {
    const found = value.get(key);
    if (found === undefined) return new Map();
    if (!(found instanceof Map)) this.#fail(`${key} is ${shown(found)}, not an object`);
    return found;
  }

  #integer(value: JsonObject, key: string): number {
    const found = value.get(key);
    if (typeof found !== "number" || !Number.isSafeInteger(found))
      this.#fail(`${key} is ${shown(found)}, not a number`);
    return found;
  }

  #bits(value: Json | undefined, what: string): Bits {
    if (!Array.isArray(value)) this.#fail(`${what} is ${shown(value)}, not a list of bits`);
    if (value.length > widest && !what.startsWith("connection"))
      this.#fail(`${what} has ${value.length} entries; signals have ${widest} at most`);
    const bits = new Int32Array(value.length);
    for (let at = 0; at < bits.length; at++) bits[at] = this.#bit(value[at] ?? null, what);
    return bits;
  }

  #bit(bit: Json, what: string): number {
    if (typeof bit === "number" && Number.isSafeInteger(bit) && bit >= 0) {
      const known = this.#dense.get(bit);
      if (known !== undefined) return known;
      this.#dense.set(bit, this.#dense.size);
      return this.#dense.size - 1;
    }
    const constant = typeof bit === "string" ? constants.get(bit) : undefined;
    if (constant === undefined) this.#fail(`${what} holds ${shown(bit)}, neither a number nor "0", "1", "x" or "z"`);
    return constant;
  }

  /** The first place of a `src` attribute: `file:12.3-14.5|…`. */
  #source(value: JsonObject): Source | null {
    const text = this.#object(value, "attributes").get("src");
    const match = typeof text === "string" ? /^([^|]*?):(\d{1,9})(?:\.(\d{1,9}))?/.exec(text) : null;
    if (!match) return null;
    return { file: match[1] ?? "", line: Math.max(1, Number(match[2])), column: Math.max(1, Number(match[3] ?? 1)) };
  }
}

/** Attributes are binary strings or numbers. */
function isSet(value: Json | undefined): boolean {
  return typeof value === "string" ? value.includes("1") : value === 1;
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "missing";
  return value instanceof Map ? "an object" : cut(JSON.stringify(value));
}
