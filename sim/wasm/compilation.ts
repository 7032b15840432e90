import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { type Design, designDigest, type NodeId } from "../../hdl/netlist/index.ts";
import type { CompileCache } from "../compile-cache.ts";
import type { EngineOptions } from "../engine.ts";
import { type Plan, plan } from "../plan/plan.ts";
import { SignalPaths } from "../plan/signals.ts";
import { edgeModule } from "./edge-module.ts";
import { type Program, programOf } from "./program.ts";
import { settleModule } from "./settle-module.ts";

/**
 * What a design comes to: its program and the bytes of its WebAssembly modules, each taken from the cache where a run
 * before left it there, and compiled when it is first asked for where not. All of them follow from design and options
 * alone, so it does not matter which of them a cache still has.
 */
export class Compilation {
  readonly program: Program;
  readonly #design: Design;
  readonly #options: EngineOptions;
  readonly #cache: CompileCache | null;
  /** Of design and options. */
  readonly #key: string;
  readonly #signals: SignalPaths;
  #plan: Plan | null = null;

  /** Throws as `plan` does. */
  constructor(design: Design, options: EngineOptions) {
    this.#design = design;
    this.#options = options;
    this.#cache = options.cache ?? null;
    this.#key = this.#cache ? `${designDigest(design)} ${codeOptions(options)}` : "";
    this.program = this.#programKept();
    this.#signals = new SignalPaths(design, this.program.signals);
  }

  /** See `edgeModule`. */
  edges(): Uint8Array<ArrayBuffer> {
    return this.#kept("edges", () => edgeModule(this.#planned()));
  }

  /** The same for a plan in which parts sleep, with none that does. */
  wholeEdges(): Uint8Array<ArrayBuffer> {
    return this.#kept("whole edges", () => edgeModule(this.#planned(), null));
  }

  /** See `settleModule`. */
  settle(observed: ReadonlySet<NodeId>): Uint8Array<ArrayBuffer> {
    return this.#kept(`settle ${[...observed].join()}`, () => settleModule(this.#planned(), observed));
  }

  /** The node that has the value of the signal of a path. */
  find(path: string): NodeId | undefined {
    return this.#signals.get(path);
  }

  /** The paths of all signals. */
  paths(): Iterable<string> {
    return this.#signals.all.keys();
  }

  #planned(): Plan {
    this.#plan ??= plan(this.#design, this.#options);
    return this.#plan;
  }

  #programKept(): Program {
    const key = this.#keyOf("program");
    const known = this.#cache?.get(key);
    if (known) return deserialize(known);
    const made = programOf(this.#planned());
    this.#cache?.put(key, serialize(made));
    return made;
  }

  #kept(what: string, make: () => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const key = this.#keyOf(what);
    const known = this.#cache?.get(key);
    if (known) return known;
    const made = make();
    this.#cache?.put(key, made);
    return made;
  }

  #keyOf(what: string): string {
    return this.#cache ? createHash("sha256").update(`${this.#key} ${what}`).digest("hex") : "";
  }
}

/** The options that code follows from: all but those named here, which only decide what a running engine begins with. */
function codeOptions({ cache, seed, randomInit, observe, ...options }: EngineOptions): string {
  return JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}
