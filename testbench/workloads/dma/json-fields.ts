import { closest } from "fastest-levenshtein";
import { InputError } from "../../input-error.ts";

/** Dimensions of a transfer. */
const dimensions = 3;

/** The fields of an object of a file, read one by one, each with its range. Every error names the file and the place. */
export class Fields {
  private readonly record: ReadonlyMap<string, unknown>;
  private readonly known: string[] = [];

  /** @throws InputError unless `value` is an object */
  constructor(
    private readonly file: string,
    private readonly path: string,
    value: unknown,
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new InputError(`${file}: ${path === "" ? "the file" : path} is ${shown(value)}, an object is wanted`);
    this.record = new Map(Object.entries(value));
  }

  /** An error about a field. */
  wrong(name: string, problem: string): InputError {
    return new InputError(`${this.file}: ${this.path === "" ? "" : `${this.path}.`}${name} ${problem}`);
  }

  integer(name: string, least: number, most: number, fallback?: number): number {
    const given = this.take(name);
    if (given === undefined && fallback !== undefined) return fallback;
    return this.integerOf(name, given, least, most);
  }

  /** Up to three integers, the rest being `fallback`. */
  integers(name: string, least: number, most: number, fallback: number): number[] {
    const given = this.take(name) ?? [];
    if (!Array.isArray(given) || given.length > dimensions)
      throw this.wrong(name, `is ${shown(given)}; give a list of up to ${dimensions} numbers`);
    const numbers = given.map((one, i) => this.integerOf(`${name}[${i}]`, one, least, most));
    return [...numbers, ...new Array<number>(dimensions - numbers.length).fill(fallback)];
  }

  choice<const T extends string>(name: string, choices: readonly T[], fallback?: T): T {
    const given = this.take(name);
    if (given === undefined && fallback !== undefined) return fallback;
    const chosen = choices.find((choice) => choice === given);
    if (chosen !== undefined) return chosen;
    throw this.wrong(name, `is ${shown(given)}; give ${choices.map((choice) => `"${choice}"`).join(" or ")}`);
  }

  boolean(name: string, fallback: boolean): boolean {
    const given = this.take(name) ?? fallback;
    if (typeof given !== "boolean") throw this.wrong(name, `is ${shown(given)}; give true or false`);
    return given;
  }

  /** The fields of an object, or null where there is none. */
  object(name: string): Fields | null {
    const given = this.take(name);
    return given === undefined ? null : new Fields(this.file, this.inside(name), given);
  }

  /** The objects of a list, none where it is missing. */
  list(name: string, most: number): Fields[] {
    const given = this.take(name) ?? [];
    if (!Array.isArray(given)) throw this.wrong(name, `is ${shown(given)}; give a list`);
    if (given.length > most) throw this.wrong(name, `has ${given.length} elements, more than ${most}`);
    return given.map((one, i) => new Fields(this.file, `${this.inside(name)}[${i}]`, one));
  }

  /** Throws an InputError where there are fields that nobody read. */
  done(): void {
    for (const name of this.record.keys())
      if (!this.known.includes(name)) throw this.wrong(name, `is unknown; did you mean ${closest(name, this.known)}?`);
  }

  private take(name: string): unknown {
    this.known.push(name);
    return this.record.get(name);
  }

  private inside(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  private integerOf(name: string, given: unknown, least: number, most: number): number {
    const value = typeof given === "string" && /^(0x[0-9a-f]{1,13}|-?\d{1,15})$/i.test(given) ? Number(given) : given;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    const problem = given === undefined ? "is missing" : `is ${shown(given)}`;
    throw this.wrong(name, `${problem}; give a whole number from ${least} to ${most}, such as 4096 or "0x1000"`);
  }
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
