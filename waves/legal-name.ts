const longest = 240;

/**
 * Names that every VCD reader takes as one plain identifier, `[A-Za-z_][A-Za-z0-9_]*` of at most 255 characters, for
 * the names of one scope, in order. Different positions get different names. A name that is legal already stays; in
 * others an index becomes a suffix (`pe[2][3]` → `pe_2_3`) and a dot an underscore; what would then collide gets
 * `__2`, `__3` and so on.
 */
export function legalNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const legal: (string | undefined)[] = names.map((name) => {
    if (sanitise(name) !== name || taken.has(name)) return undefined;
    taken.add(name);
    return name;
  });

  const nextSuffix = new Map<string, number>();
  return legal.map((kept, i) => {
    if (kept !== undefined) return kept;
    const base = sanitise(names[i] ?? "");
    let candidate = base;
    let suffix = nextSuffix.get(base) ?? 2;
    while (taken.has(candidate)) candidate = `${base}__${suffix++}`;
    nextSuffix.set(base, suffix);
    taken.add(candidate);
    return candidate;
  });
}

function sanitise(name: string): string {
  const plain = name
    .replace(/\[([^[\]]*)\]/g, "_$1")
    .replace(/[^A-Za-z0-9_]/gu, "_")
    .slice(0, longest);
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}
