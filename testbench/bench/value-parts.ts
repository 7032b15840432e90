import { refuse, shown } from "./leaf-value.ts";

/**
 * The elements of an array that is written to a vector; `name` says in errors to which.
 * @throws SimulationError where it has not `count` of them
 */
export function elementsOf(value: unknown, count: number, name: () => string): ArrayLike<unknown> {
  if (isArrayLike(value) && value.length === count) return value;
  const given = isArrayLike(value) ? `${value.length} elements` : shown(value);
  return refuse(name(), `a Vec of ${count} is given ${given}`, "write an array with every element");
}

/**
 * The fields of an object that is written to a bundle, in the order of `fields`.
 * @throws SimulationError where one is missing or there is another
 */
export function fieldsOf(value: unknown, fields: readonly string[], name: () => string): readonly unknown[] {
  const given = isRecord(value) ? value : {};
  const mend = `write an object of ${fields.join(", ")}`;
  for (const field of Object.keys(given))
    if (!fields.includes(field)) refuse(name(), `there is no field ${field}`, mend);
  return fields.map((field) => {
    const part = given[field];
    return part === undefined ? refuse(name(), `the field ${field} is missing`, mend) : part;
  });
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === "object" && value !== null && "length" in value && typeof value.length === "number";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
