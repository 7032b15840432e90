import { closest } from "fastest-levenshtein";
import type { Design } from "../../hdl/index.ts";
import { type Format, forceInputs, hierarchy, insertForces, type Scope } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/engine.ts";
import { narrowEncoder, wideEncoder } from "./leaf-value.ts";
import type { InputPin, Pins } from "./pins.ts";
import { findSignal } from "./signal-lookup.ts";
import type { SignalValue } from "./sim.ts";

/**
 * The design with signals that can be forced, by their paths.
 * @throws SimulationError for a path that is none, with the nearest name, or that is there twice
 */
export function forcible(design: Design, paths: readonly string[] = []): Design {
  if (paths.length === 0) return design;
  const top = hierarchy(design);
  for (const [index, path] of paths.entries()) {
    findSignal(top, path);
    if (paths.indexOf(path) !== index) throw new SimulationError(`forces has ${path} twice; name it once`);
  }
  return insertForces(design, paths);
}

interface Force {
  readonly mask: InputPin;
  readonly value: InputPin;
  readonly width: number;
  readonly format: Format;
}

/** The signals of a running design that can be forced. */
export class Forces {
  private readonly known = new Map<string, Force>();

  /** Of a design that `forcible` made with these paths. */
  constructor(
    private readonly pins: Pins,
    private readonly moduleName: string,
    private readonly top: Scope,
    private readonly paths: readonly string[] = [],
  ) {}

  /** Gives the bits that `mask` has ones in, all where there is none, those of a value; the others are not forced. */
  force(path: string, value: SignalValue, mask?: number | bigint): void {
    const force = this.find(path);
    const name = `force of ${path} in ${this.moduleName}`;
    const bits = encoded(value, force, name);
    const ones = (1n << BigInt(force.width)) - 1n;
    const masked =
      mask === undefined ? ones : encoded(mask, { ...force, format: { kind: "uint" } }, `mask of the ${name}`);
    this.pins.driveWide(force.value, bits);
    this.pins.driveWide(force.mask, masked);
  }

  /** Ends the force of a signal, or all of them. */
  release(path?: string): void {
    for (const one of path === undefined ? this.paths : [path]) this.pins.driveWide(this.find(one).mask, 0n);
  }

  private find(path: string): Force {
    const known = this.known.get(path);
    if (known) return known;
    if (!this.paths.includes(path)) throw new SimulationError(this.unprepared(path));
    const { width, format } = findSignal(this.top, path);
    const { mask, value } = forceInputs(path);
    const force = { mask: this.pins.input(mask), value: this.pins.input(value), width, format };
    this.known.set(path, force);
    return force;
  }

  private unprepared(path: string): string {
    findSignal(this.top, path);
    const named = [...this.paths, path].map((one) => JSON.stringify(one)).join(", ");
    const mend = `start with simulate(module, { forces: [${named}] })`;
    if (this.paths.length === 0) return `[${this.moduleName}] ${path} cannot be forced; ${mend}`;
    return `[${this.moduleName}] ${path} cannot be forced; did you mean ${closest(path, [...this.paths])}? Or ${mend}`;
  }
}

/** The bits of a value: a state by its name, or its code, where the signal is an enumeration. */
function encoded(value: SignalValue, { width, format }: Pick<Force, "width" | "format">, name: string): bigint {
  if (format.kind === "enum" && typeof value === "string") return BigInt(narrowEncoder(width, format, name)(value));
  return wideEncoder(width, format, name)(value);
}
