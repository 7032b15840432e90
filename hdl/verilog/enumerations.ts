import type { Identifiers } from "./identifiers.ts";

interface Enumeration {
  readonly width: number;
  readonly identifiers: readonly string[];
}

/** The enumerations of a module as local parameters, declared when first used. */
export class EnumerationNames {
  readonly #enumerations = new Map<string, Enumeration>();

  constructor(private readonly identifiers: Identifiers) {}

  /** The parameter that stands for a value, or null where the value has no label. */
  label(labels: readonly string[], width: number, value: bigint): string | null {
    const key = JSON.stringify([width, labels]);
    let known = this.#enumerations.get(key);
    if (!known) {
      known = { width, identifiers: labels.slice(0, 2 ** width).map((label) => this.identifiers.take(label)) };
      this.#enumerations.set(key, known);
    }
    return known.identifiers[Number(value)] ?? null;
  }

  /** Their declarations, a line an enumeration. */
  declarations(): string[] {
    return [...this.#enumerations.values()].map(({ width, identifiers }) => {
      const range = width === 1 ? "" : `[${width - 1}:0] `;
      const values = identifiers.map((identifier, code) => `${identifier} = ${width}'d${code}`);
      return `localparam ${range}${values.join(", ")};`;
    });
  }
}
