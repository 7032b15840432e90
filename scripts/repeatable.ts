import { Option } from "commander";

/** An option that may be given several times; its value is the list of all. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: unknown) => [
    ...(Array.isArray(before) ? before : []),
    text,
  ]);
}
