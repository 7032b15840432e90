import type { PortLeaf } from "../../hdl/index.ts";
import type { Shape } from "../../hdl/lang/type.ts";
import { type Access, access, readOnly } from "./access.ts";
import { narrowEncoder } from "./leaf-value.ts";
import { type Pins, type Row, rowOf, wordsOf } from "./pins.ts";
import { rowCopier, rowDecoder, rowEncoder, unfit } from "./row-code.ts";
import { elementsOf, fieldsOf } from "./value-parts.ts";

/**
 * A structure of narrow leaves that the testbench drives, written as a whole. It takes arrays, typed ones too, and does
 * not keep them; `nameOf` says what errors call a part of it by its path.
 */
export function drivenRow(
  pins: Pins,
  shape: Shape,
  path: string,
  leaves: readonly PortLeaf[],
  nameOf: (path: string) => string,
): Access {
  const [encode, decode] = [rowEncoder(shape), rowDecoder(shape)];
  const pin = pins.row(
    leaves.map(({ name }) => name),
    rowCopier(shape),
  );
  const encodeUnusual = unusualEncoder(leaves, nameOf);
  let differs = false;
  return access({
    get: () => decode(wordsOf(pin)),
    prepare: (value) => {
      const now = pins.comingWords(pin);
      const difference = encode(value, now, pin.next);
      if (difference === unfit) {
        encodeUnusual(shape, path, value, pin.next, 0);
        differs = pin.next.some((word, i) => word !== now[i]);
      } else differs = difference !== 0;
    },
    commit: () => pins.driveRow(pin, differs),
  });
}

/** A structure of narrow leaves that the design drives. */
export function observedRow({ engine }: Pins, shape: Shape, leaves: readonly PortLeaf[], refused: () => never): Access {
  const decode = rowDecoder(shape);
  let seen: Row | null = null;
  return readOnly(() => {
    engine.settle();
    seen ??= rowOf(leaves.map(({ name }) => engine.signal(name)));
    return decode(wordsOf(seen));
  }, refused);
}

/** Writes words from `at` on, leaf by leaf, with an error for what is no value of the shape; where those after them go. */
function unusualEncoder(leaves: readonly PortLeaf[], nameOf: (path: string) => string) {
  const encoders = leaves.map(({ width, format, path }) => narrowEncoder(width, format, nameOf(path)));
  const encode = (part: Shape, path: string, given: unknown, words: Uint32Array, at: number): number => {
    if (part.kind === "leaf") {
      words[at] = encoders[at]?.(given) ?? 0;
      return at + 1;
    }
    let next = at;
    if (part.kind === "vec") {
      const elements = elementsOf(given, part.length, () => nameOf(path));
      for (let i = 0; i < part.length; i++) next = encode(part.item, `${path}[${i}]`, elements[i], words, next);
      return next;
    }
    const names = part.fields.map(({ name }) => name);
    const values = fieldsOf(given, names, () => nameOf(path));
    part.fields.forEach(({ name, shape: field }, i) => {
      next = encode(field, `${path}.${name}`, values[i], words, next);
    });
    return next;
  };
  return encode;
}
