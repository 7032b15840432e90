import type { PortLeaf, Ports } from "../../hdl/index.ts";
import { leavesOf } from "../../hdl/lang/aggregate.ts";
import { hasBackward, type Shape } from "../../hdl/lang/type.ts";
import { type Access, access, readOnly } from "./access.ts";
import { decoder, narrowEncoder, refuse, wideEncoder } from "./leaf-value.ts";
import type { Pins } from "./pins.ts";
import { drivenRow, observedRow } from "./row-access.ts";
import { isRow } from "./row-code.ts";
import { StreamPort } from "./stream-port.ts";
import { elementsOf, fieldsOf } from "./value-parts.ts";

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
    if (shape.kind === "leaf") return this.leaf(path);
    if (isRow(shape)) return this.row(shape, path);
    if (shape.kind === "vec") {
      const items = Array.from({ length: shape.length }, (_, i) => this.value(shape.item, `${path}[${i}]`));
      return structure(
        items,
        (values) => values,
        (value) => elementsOf(value, items.length, () => this.name(path)),
      );
    }
    const names = shape.fields.map(({ name }) => name);
    return structure(
      shape.fields.map((field) => this.value(field.shape, `${path}.${field.name}`)),
      (values) => Object.fromEntries(names.map((name, i) => [name, values[i]])),
      (value) => fieldsOf(value, names, () => this.name(path)),
    );
  }

  private row(shape: Shape, path: string): Access {
    const leaves = leavesOf(shape, path).map((leaf) => this.leafAt(leaf.path));
    return leaves[0]?.direction === "in"
      ? drivenRow(this.pins, shape, path, leaves, (part) => this.name(part))
      : observedRow(this.pins, shape, leaves, () => refuseObserved(this.name(path)));
  }

  private leaf(path: string): Access {
    const leaf = this.leafAt(path);
    return leaf.direction === "in"
      ? driven(this.pins, leaf, this.name(path))
      : observed(this.pins, leaf, this.name(path));
  }

  private leafAt(path: string): PortLeaf {
    const leaf = this.leaves.get(path);
    if (!leaf) throw new RangeError(`${this.pins.moduleName} has no port ${this.key}${path}`);
    return leaf;
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

/** A whole of parts that are each accessed by themselves. */
function structure(
  parts: readonly Access[],
  whole: (values: readonly unknown[]) => unknown,
  partsOf: (value: unknown) => ArrayLike<unknown>,
): Access {
  return access({
    get: () => whole(parts.map((part) => part.get())),
    prepare: (value) => {
      const values = partsOf(value);
      parts.forEach((part, i) => {
        part.prepare(values[i]);
      });
    },
    commit: () => {
      for (const part of parts) part.commit();
    },
  });
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
