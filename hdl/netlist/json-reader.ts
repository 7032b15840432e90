import { DesignError } from "./design.ts";

/** A value somewhere in parsed JSON, and where: every failure to read it is a DesignError that names the place. */
export class JsonReader {
  constructor(
    readonly value: unknown,
    readonly place: string,
  ) {}

  fail(expected: string): never {
    throw new DesignError(
      `the netlist's JSON is damaged: ${this.place || "the document"} must be ${expected}; dump it again`,
    );
  }

  /** A field of an object. */
  get(key: string): JsonReader {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail("an object");
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    return new JsonReader(descriptor?.value, this.place === "" ? key : `${this.place}.${key}`);
  }

  integer(): number {
    const { value } = this;
    return typeof value === "number" && Number.isSafeInteger(value) ? value : this.fail("a whole number");
  }

  string(): string {
    return typeof this.value === "string" ? this.value : this.fail("a string");
  }

  boolean(): boolean {
    return typeof this.value === "boolean" ? this.value : this.fail("true or false");
  }

  /** A non-negative integer of any size, as `0x` and lower-case hexadecimal digits. */
  bigint(): bigint {
    const { value } = this;
    return typeof value === "string" && /^0x[0-9a-f]+$/.test(value)
      ? BigInt(value)
      : this.fail("a number such as 0x1f");
  }

  one<const T extends string>(...choices: T[]): T {
    return choices.find((choice) => choice === this.value) ?? this.fail(choices.join(" or "));
  }

  /** The literal number `value`. */
  exactly<const T extends number>(value: T): T {
    return this.value === value ? value : this.fail(`${value}`);
  }

  nullable<T>(read: (reader: JsonReader) => T): T | null {
    return this.value === null ? null : read(this);
  }

  list<T>(read: (reader: JsonReader) => T): T[] {
    const { value } = this;
    if (!Array.isArray(value)) return this.fail("a list");
    return value.map((item: unknown, index) => read(new JsonReader(item, `${this.place}[${index}]`)));
  }

  record<T>(read: (reader: JsonReader) => T): Record<string, T> {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail("an object");
    return Object.fromEntries(Object.keys(value).map((key) => [key, read(this.get(key))]));
  }
}
