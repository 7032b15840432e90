import { keywords } from "./keywords.ts";

/** Characters that a name may have before it is cut; every tool takes as many. */
const longest = 120;

/**
 * Gives out the identifiers of one scope: plain (`[A-Za-z_][A-Za-z0-9_]*`), no keyword, and no two that differ by case
 * alone. Names that are legal already stay, unless they were given out before; an index becomes a suffix
 * (`pe[2][3]` → `pe_2_3`), anything else that is not allowed an underscore; what collides gets `_2`, `_3` and so on.
 */
export class Identifiers {
  readonly #taken = new Set<string>();
  readonly #suffixes = new Map<string, number>();

  /** Keeps an identifier from being given out. */
  reserve(identifier: string): void {
    this.#taken.add(identifier.toLowerCase());
  }

  /** A new identifier, as near to the name as possible. */
  take(name: string): string {
    const base = legal(name);
    const folded = base.toLowerCase();
    let candidate = base;
    let suffix = this.#suffixes.get(folded) ?? 2;
    while (this.#taken.has(candidate.toLowerCase())) candidate = `${base}_${suffix++}`;
    this.#suffixes.set(folded, suffix);
    this.reserve(candidate);
    return candidate;
  }
}

/** The nearest plain identifier to a name. */
export function legal(name: string): string {
  let plain = name.replace(/\[([^[\]]*)\]/g, "_$1").replace(/[^A-Za-z0-9_]/gu, "_");
  if (plain.length > longest) plain = `${plain.slice(0, longest - 9)}_${digest(name)}`;
  if (!/^[A-Za-z_]/.test(plain)) plain = `_${plain}`;
  return keywords.has(plain.toLowerCase()) ? `${plain}_` : plain;
}

/** Eight hexadecimal digits that tell long names apart (FNV-1a, 32 bits). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Signs of mathematics and typography that have an ASCII form. */
const plainSigns: Readonly<Record<string, string>> = {
  ...{ "≥": ">=", "≤": "<=", "≠": "!=", "−": "-", "–": "-", "·": "*", "×": "x", "→": "->", "…": "...", "’": "'" },
};

/** Text for a comment of one line: printable ASCII, nothing that ends a comment or continues a line. */
export function commentText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/gu, (sign) => plainSigns[sign] ?? "?")
    .replace(/\*\//g, "* /")
    .replace(/[\\`]/g, "/")
    .slice(0, 300);
}
