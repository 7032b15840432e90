import { createHash } from "node:crypto";

/** File systems take names of 255 bytes; the ending and the temporary name of an atomic write need room. */
const mostCharacters = 120;

/**
 * A file name for every module, in order: `<module>.v`, never equal to another's whatever the case of its letters, of
 * letters, digits, `_`, `-` and `.` alone. Names too long are cut, and a hash of the whole added.
 */
export function verilogFileNames(modules: readonly string[]): string[] {
  const taken = new Set<string>();
  return modules.map((module) => {
    const plain = module.replace(/[^\w.-]/g, "_").replace(/^(?:[.-]|$)/, "_");
    const hash = createHash("sha256").update(module).digest("hex").slice(0, 12);
    const base = plain.length > mostCharacters ? `${plain.slice(0, mostCharacters)}-${hash}` : plain;
    let name = base;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base}-${number}`;
    taken.add(name.toLowerCase());
    return `${name}.v`;
  });
}
