import type { Shape } from "../../hdl/lang/type.ts";

type Leaf = Extract<Shape, { kind: "leaf" }>;
type Fields = Extract<Shape, { kind: "bundle" }>;

/**
 * Writes the words of a value, one for each leaf in their order. Returns 0 where they are the words of `now`, `unfit` where
 * the value is none of the shape or is unusual, in which case `words` may have a part of it, and any other number where
 * they differ.
 */
export type RowEncoder = (value: unknown, now: Uint32Array, words: Uint32Array) => number;
export type RowDecoder = (words: Uint32Array) => unknown;
export type RowCopier = (from: Uint32Array, to: Uint32Array) => void;

/** No difference of words. */
export const unfit = -1;

/** Leaves in a row of statements; where there are more it takes a loop, which then costs nothing beside them. */
const unrolled = 16;
/** Elements that are read by one array literal. */
const literal = 64;

/** Whether there can be code for values of a shape: all leaves have up to 32 bits. */
export function isRow(shape: Shape): boolean {
  if (shape.kind === "leaf") return shape.width <= 32;
  return shape.kind === "vec" ? isRow(shape.item) : shape.fields.every((field) => isRow(field.shape));
}

function leafCount(shape: Shape): number {
  if (shape.kind === "leaf") return 1;
  if (shape.kind === "vec") return shape.length * leafCount(shape.item);
  return shape.fields.reduce((sum, field) => sum + leafCount(field.shape), 0);
}

/**
 * Code of a shape's own, made once for it: statements leaf by leaf, in a loop over blocks of them where there are many. It
 * takes a third of the time of loops that all shapes have in common, since V8 knows of each what kind of objects and
 * arrays it is given.
 */
export const rowEncoder = madeOnce((shape): RowEncoder => {
  const writer = new RowWriter();
  const code = writer.encode(shape, "value", "0");
  return compiled(
    "codes",
    `(value, now, words) => {
let lost = 0, difference = 0;
${code}
return lost === 0 ? difference >>> 0 : ${unfit};
}`,
    writer.codes,
  );
});

export const rowDecoder = madeOnce((shape): RowDecoder => {
  const writer = new RowWriter();
  const { before, value } = writer.decode(shape, "0");
  return compiled("labels", `(words) => {\n${before}\nreturn ${value};\n}`, writer.labels);
});

export const rowCopier = madeOnce((shape): RowCopier => {
  const code = inBlocks(leafCount(shape), 1, "i", (at) => `to[${at}] = from[${at}];`);
  return compiled("none", `(from, to) => {\n${code}\n}`, null);
});

/** The function that an expression stands for, in which `name` is `value`. */
function compiled<F>(name: string, expression: string, value: unknown): F {
  return new Function(name, `return ${expression};`)(value);
}

/** Every lane of a simulation has ports of the same shapes. */
function madeOnce<F>(make: (shape: Shape) => F): (shape: Shape) => F {
  const made = new WeakMap<Shape, F>();
  return (shape) => {
    const code = made.get(shape) ?? make(shape);
    made.set(shape, code);
    return code;
  };
}

/** Writes code; places of words are expressions. */
class RowWriter {
  /** Of enumerations: the code of each state, and the states. */
  readonly codes: ReadonlyMap<unknown, number>[] = [];
  readonly labels: (readonly string[])[] = [];
  private names = 0;

  encode(shape: Shape, value: string, at: string): string {
    if (shape.kind === "leaf") return this.encodeLeaf(shape, value, at);
    const own = this.name("value");
    const begin = `const ${own} = ${value};\nif (typeof ${own} !== "object" || ${own} === null`;
    if (shape.kind === "vec") {
      const size = leafCount(shape.item);
      const elements = inBlocks(shape.length, size, this.name("i"), (i) =>
        this.encode(shape.item, `${own}[${i}]`, `${at} + ${size} * (${i})`),
      );
      return `{\n${begin} || ${own}.length !== ${shape.length}) return ${unfit};\n${elements}\n}`;
    }
    const fields = placedFields(shape, at).map(({ name, shape: field, place }) =>
      this.encode(field, `${own}[${JSON.stringify(name)}]`, place),
    );
    return `{
${begin}) return ${unfit};
let count = 0;
for (const name in ${own}) count++;
if (count !== ${shape.fields.length}) return ${unfit};
${fields.join("\n")}
}`;
  }

  private encodeLeaf({ width, format }: Leaf, value: string, at: string): string {
    const store = `difference |= word ^ now[${at}];\nwords[${at}] = word;`;
    if (format.kind === "enum") {
      const codes = this.codes.push(new Map(format.labels.map((label, code) => [label, code]))) - 1;
      return `{\nconst word = codes[${codes}].get(${value});\nif (word === undefined) return ${unfit};\n${store}\n}`;
    }
    const signed = format.kind === "sint";
    const number =
      width === 1
        ? `const given = ${value};\nconst element = given === true ? 1 : given === false ? 0 : given;`
        : `const element = ${value};`;
    return `{
${number}
if (typeof element !== "number") return ${unfit};
const whole = element ${signed ? "| 0" : ">>> 0"};
if (whole !== element) return ${unfit};
lost |= ${cut("whole", width, signed)} ^ whole;
const word = ${cut("whole", width, false)};
${store}
}`;
  }

  /** An expression for a value, and the statements before it. */
  decode(shape: Shape, at: string): { readonly before: string; readonly value: string } {
    if (shape.kind === "leaf") return { before: "", value: this.decodeLeaf(shape, `words[${at}]`) };
    if (shape.kind === "bundle") {
      const fields = placedFields(shape, at).map(({ name, shape: field, place }) => {
        const { before, value } = this.decode(field, place);
        return { before, value: `[${JSON.stringify(name)}]: ${value}` };
      });
      return {
        before: fields.map(({ before }) => before).join("\n"),
        value: `{ ${fields.map(({ value }) => value).join(", ")} }`,
      };
    }
    const size = leafCount(shape.item);
    if (size * shape.length <= literal) {
      const items = Array.from({ length: shape.length }, (_, i) => this.decode(shape.item, `${at} + ${size * i}`));
      return {
        before: items.map(({ before }) => before).join("\n"),
        value: `[${items.map(({ value }) => value).join(", ")}]`,
      };
    }
    const own = this.name("array");
    const items = inBlocks(shape.length, size, this.name("i"), (i) => {
      const { before, value } = this.decode(shape.item, `${at} + ${size} * (${i})`);
      return `${before}\n${own}.push(${value});`;
    });
    return { before: `const ${own} = [];\n${items}`, value: own };
  }

  private decodeLeaf({ width, format }: Leaf, word: string): string {
    if (format.kind !== "enum") return format.kind === "sint" ? cut(word, width, true) : word;
    const labels = this.labels.push(format.labels) - 1;
    return `(labels[${labels}][${word}] ?? "#" + ${word})`;
  }

  private name(what: string): string {
    return `${what}${this.names++}`;
  }
}

/** The fields of a bundle, and where the words of each begin. */
function placedFields({ fields }: Fields, at: string): { name: string; shape: Shape; place: string }[] {
  let next = 0;
  return fields.map(({ name, shape }) => {
    const place = `${at} + ${next}`;
    next += leafCount(shape);
    return { name, shape, place };
  });
}

/** The lowest bits of a word as a number. */
function cut(word: string, width: number, signed: boolean): string {
  const shift = 32 - width;
  return signed ? `((${word} << ${shift}) >> ${shift})` : `((${word} << ${shift}) >>> ${shift})`;
}

/** Statements for each of `count` items of so many leaves: a loop over blocks of them, and the rest. */
function inBlocks(count: number, size: number, index: string, statement: (at: string) => string): string {
  const block = Math.max(1, Math.floor(unrolled / size));
  const whole = count - (count % block);
  const statements = (from: string, length: number): string =>
    `{\n${Array.from({ length }, (_, i) => statement(`${from}${i}`)).join("\n}\n{\n")}\n}`;
  const rest = count > whole ? statements(`${whole} + `, count - whole) : "";
  if (whole <= block) return (whole > 0 ? statements("", whole) : "") + rest;
  return `for (let ${index} = 0; ${index} < ${whole}; ${index} += ${block}) {\n${statements(`${index} + `, block)}\n}\n${rest}`;
}
