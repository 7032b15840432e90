import type { PortLeaf } from "../../hdl/index.ts";
import { type Access, readOnly } from "./access.ts";
import { narrowEncoder, refuse, shown } from "./leaf-value.ts";
import type { Pins } from "./pins.ts";
import { sideBySide } from "./side-by-side.ts";

/** Whether elements of such a port can be handled as a row of numbers. */
export function isRowElement({ width, format }: PortLeaf): boolean {
  return width <= 32 && format.kind !== "enum";
}

/**
 * A vector of numbers that the testbench drives, written as a whole without a call for each element. It takes arrays,
 * typed ones too, and does not keep them; `nameOf` says what errors call an element, and the whole where none is given.
 */
export function drivenVector(pins: Pins, leaves: readonly PortLeaf[], nameOf: (element?: number) => string): Access {
  const [{ width, format } = { width: 1, format: { kind: "bool" } as const }] = leaves;
  const pin = pins.vector(leaves.map(({ name }) => name));
  const signed = format.kind === "sint";
  const low = signed ? -(2 ** (width - 1)) : 0;
  const high = 2 ** (signed ? width - 1 : width) - 1;
  const mask = width === 32 ? -1 : 2 ** width - 1;
  const encoders = leaves.map((_, i) => narrowEncoder(width, format, nameOf(i)));
  const next = new Uint32Array(leaves.length);
  const prepare = (value: unknown): void => {
    const elements = elementsOf(value, next.length, nameOf);
    for (let i = 0; i < next.length; i++) {
      const element = elements[i];
      const fits = typeof element === "number" && element >= low && element <= high && Math.trunc(element) === element;
      next[i] = fits ? element & mask : (encoders[i]?.(element) ?? 0);
    }
  };
  const commit = () => pins.driveVector(pin, next);
  return {
    get: () => numbersOf(pin.views, pin.row, width, signed),
    set: (value) => {
      prepare(value);
      commit();
    },
    prepare,
    commit,
  };
}

/** A vector of numbers that the design drives. */
export function observedVector({ engine }: Pins, leaves: readonly PortLeaf[], refused: () => never): Access {
  const [{ width, format } = { width: 1, format: { kind: "bool" } as const }] = leaves;
  let views: readonly Uint32Array[] | null = null;
  let row: Uint32Array | null = null;
  return readOnly(() => {
    engine.settle();
    if (!views) {
      views = leaves.map(({ name }) => engine.signal(name));
      row = sideBySide(views);
    }
    return numbersOf(views, row, width, format.kind === "sint");
  }, refused);
}

function numbersOf(
  views: readonly Uint32Array[],
  row: Uint32Array | null,
  width: number,
  signed: boolean,
): readonly number[] {
  const shift = 32 - width;
  const numbers = new Array<number>(views.length);
  for (let i = 0; i < numbers.length; i++) {
    const word = (row ? row[i] : views[i]?.[0]) ?? 0;
    numbers[i] = signed ? (word << shift) >> shift : word;
  }
  return Object.freeze(numbers);
}

function elementsOf(value: unknown, count: number, nameOf: () => string): ArrayLike<unknown> {
  if (isArrayLike(value) && value.length === count) return value;
  const given = isArrayLike(value) ? `${value.length} elements` : shown(value);
  return refuse(nameOf(), `a Vec of ${count} is given ${given}`, "write an array with every element");
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === "object" && value !== null && "length" in value && typeof value.length === "number";
}
