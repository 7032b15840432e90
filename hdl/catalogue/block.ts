import { distance } from "fastest-levenshtein";
import type { AnyModule } from "../lang/index.ts";
import { DesignError } from "../netlist/index.ts";

/** One number that a generator takes: a whole number from `least` to `most`, `fallback` where it is not given. */
export interface BlockParameter {
  readonly name: string;
  readonly summary: string;
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
}

/** A module of the library or the NPU that can be asked for by name. */
export interface Block {
  /** As it is exported. */
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly BlockParameter[];
  /** Builds the module from complete values, each in the range of its parameter. */
  build(values: Readonly<Record<string, number>>): AnyModule;
}

/**
 * Builds a block with the numbers given and the fallbacks of the others.
 *
 * @throws DesignError for a parameter that the block does not have, or that is out of range; RangeError for numbers
 *   each in its range that do not go together
 */
export function buildBlock(block: Block, given: Readonly<Record<string, number>> = {}): AnyModule {
  for (const name of Object.keys(given))
    if (!block.parameters.some((parameter) => parameter.name === name))
      throw new DesignError(unknownParameter(block, name));

  const values = block.parameters.map(({ name, summary, fallback, least, most }) => {
    const value = given[name] ?? fallback;
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw new DesignError(
        `[${block.name}] ${name} (${summary}) is a whole number from ${least} to ${most}, not ${value}`,
      );
    return [name, value] as const;
  });
  return block.build(Object.fromEntries(values));
}

function unknownParameter({ name: block, parameters }: Block, name: string): string {
  const names = parameters.map((parameter) => parameter.name);
  if (names.length === 0) return `[${block}] takes no parameters, so not ${name} either`;
  const nearest = names.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  return `[${block}] has no parameter ${name}; did you mean ${nearest}? It takes ${names.join(", ")}`;
}
