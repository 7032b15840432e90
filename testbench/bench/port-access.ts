import type { PortLeaf, Ports } from "../../hdl/index.ts";
import { hasBackward, property, type Shape } from "../../hdl/lang/type.ts";
import { type Access, access, readOnly } from "./access.ts";
import { decoder, narrowEncoder, refuse, shown, wideEncoder } from "./leaf-value.ts";
import type { Pins } from "./pins.ts";
import { StreamPort } from "./stream-port.ts";
import { drivenVector, isRowElement, observedVector } from "./vector-access.ts";

export interface PortObject {
  /** A property for each port, with accessors made once. */
  readonly object: object;
  readonly streams: readonly StreamPort[];
}

/** The object `in` or `out` of a simulation. */
export function portObject(
  pins: Pins,
  side: "in" | "out",
  ports: Readonly<Ports>,
  leaves: readonly PortLeaf[],
): PortObject {
  const object = {};
  const streams: StreamPort[] = [];
  for (const [key, type] of Object.entries(ports)) {
    const own = leaves.filter((leaf) => leaf.side === side && leaf.key === key);
    const parts = new PortParts(pins, side, key, new Map(own.map((leaf) => [leaf.path, leaf])), streams);
    define(object, key, parts.of(type["~shape"], ""));
  }
  return { object: Object.preventExtensions(object), streams };
}

function define(object: object, key: string, { get, set }: Access): void {
  Object.defineProperty(object, key, { get, set, enumerable: true });
}

/** Builds the accessors of one port by walking its shape. */
class PortParts {
  constructor(
    private readonly pins: Pins,
    private readonly side: "in" | "out",
    private readonly key: string,
    private readonly leaves: ReadonlyMap<string, PortLeaf>,
    private readonly streams: StreamPort[],
  ) {}

  of(shape: Shape, path: string): Access {
    if (!hasBackward(shape)) return this.value(shape, path);
    if (shape.kind === "vec") {
      const items = Array.from({ length: shape.length }, (_, i) => this.of(shape.item, `${path}[${i}]`).get());
      return this.fixed(path, Object.freeze(items), "its elements");
    }
    if (shape.kind === "leaf") return this.leaf(path);
    const parts = shape.fields.map((field) => [field.name, this.of(field.shape, `${path}.${field.name}`)] as const);
    const [valid, bits, ready] = parts.map(([, access]) => access);
    if (shape.stream && valid && bits && ready) {
      const stream = new StreamPort(this.pins, this.side, this.key + path, valid, bits, ready);
      this.streams.push(stream);
      return this.fixed(path, stream, `its ${this.side === "in" ? "send, valid and bits" : "recv and ready"}`);
    }
    const object = {};
    for (const [name, access] of parts) define(object, name, access);
    return this.fixed(path, Object.preventExtensions(object), "its fields");
  }

  /** Parts whose leaves all flow one way are read and written as whole values. */
  private value(shape: Shape, path: string): Access {
    switch (shape.kind) {
      case "leaf":
        return this.leaf(path);
      case "vec": {
        const row = shape.item.kind === "leaf" ? this.row(shape.length, path) : null;
        if (row) return row;
        const items = Array.from({ length: shape.length }, (_, i) => this.value(shape.item, `${path}[${i}]`));
        return access({
          get: () => Object.freeze(items.map((item) => item.get())),
          prepare: (value) => {
            const length = property(value, "length");
            if (typeof value === "string" || length !== items.length)
              refuse(
                this.name(path),
                `a Vec of ${items.length} is given ${length === undefined ? shown(value) : `${String(length)} elements`}`,
                "write an array with every element",
              );
            for (let i = 0; i < items.length; i++) items[i]?.prepare(property(value, String(i)));
          },
          commit: () => {
            for (const item of items) item.commit();
          },
        });
      }
      case "bundle": {
        const fields = shape.fields.map(
          (field) => [field.name, this.value(field.shape, `${path}.${field.name}`)] as const,
        );
        const names = fields.map(([name]) => name);
        return access({
          get: () => Object.freeze(Object.fromEntries(fields.map(([name, field]) => [name, field.get()]))),
          prepare: (value) => {
            const given = isRecord(value) ? value : {};
            let count = 0;
            for (const _ in given) count++;
            if (count !== names.length) this.rejectFields(path, names, given);
            for (const [name, field] of fields) {
              const part = given[name];
              if (part === undefined) this.rejectFields(path, names, given);
              field.prepare(part);
            }
          },
          commit: () => {
            for (const [, field] of fields) field.commit();
          },
        });
      }
    }
  }

  /** A vector of numbers, null for one of wide ones or states. */
  private row(length: number, path: string): Access | null {
    const leaves = Array.from({ length }, (_, i) => this.leaves.get(`${path}[${i}]`) ?? []).flat();
    const [first] = leaves;
    if (!first || !leaves.every(isRowElement)) return null;
    const nameOf = (element?: number) => this.name(element === undefined ? path : `${path}[${element}]`);
    return first.direction === "in"
      ? drivenVector(this.pins, leaves, nameOf)
      : observedVector(this.pins, leaves, () => refuseObserved(nameOf()));
  }

  private leaf(path: string): Access {
    const leaf = this.leaves.get(path);
    if (!leaf) throw new RangeError(`${this.pins.moduleName} has no port ${this.key}${path}`);
    return leaf.direction === "in"
      ? driven(this.pins, leaf, this.name(path))
      : observed(this.pins, leaf, this.name(path));
  }

  /** Throws for a field too many or one that is missing. */
  private rejectFields(path: string, names: readonly string[], given: Readonly<Record<string, unknown>>): void {
    const mend = `write an object of ${names.join(", ")}`;
    for (const name of Object.keys(given))
      if (!names.includes(name)) refuse(this.name(path), `there is no field ${name}`, mend);
    for (const name of names)
      if (given[name] === undefined) refuse(this.name(path), `the field ${name} is missing`, mend);
  }

  /** A port that is handled part by part and not written as a whole. */
  private fixed(path: string, parts: object, mend: string): Access {
    return readOnly(
      () => parts,
      () => refuse(this.name(path), "it cannot be written as a whole", `use ${mend}`),
    );
  }

  /** `in.enq.bits of Fifo` */
  private name(path: string): string {
    return `${this.side}.${this.key}${path} of ${this.pins.moduleName}`;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function driven(pins: Pins, { name: port, width, format }: PortLeaf, name: string): Access {
  const pin = pins.input(port);
  const { words } = pin;
  const decode = decoder(width, format);
  const get = () => decode(words);
  if (width > 32) {
    const encode = wideEncoder(width, format, name);
    let next = 0n;
    const prepare = (value: unknown) => {
      next = encode(value);
    };
    return access({ get, prepare, commit: () => pins.driveWide(pin, next) });
  }
  const encode = narrowEncoder(width, format, name);
  let next = 0;
  return {
    get,
    set: (value) => pins.drive(pin, encode(value)),
    prepare: (value) => {
      next = encode(value);
    },
    commit: () => pins.drive(pin, next),
  };
}

function observed({ engine }: Pins, { name: port, width, format }: PortLeaf, name: string): Access {
  const decode = decoder(width, format);
  let words: Uint32Array | null = null;
  return readOnly(
    () => {
      engine.settle();
      words ??= engine.signal(port);
      return decode(words);
    },
    () => refuseObserved(name),
  );
}

function refuseObserved(name: string): never {
  return refuse(name, "the design drives it", "write to what the testbench drives");
}
