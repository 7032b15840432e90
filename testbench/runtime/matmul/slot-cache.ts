/** What a step of a schedule finds for the piece that it needs. */
export interface SlotUse {
  readonly slot: number;
  /** The piece must be loaded into the slot first. */
  readonly loads: boolean;
  /** The last step that needs what the slot held before; −1 for none. */
  readonly freedBy: number;
}

interface Slot {
  key: string | null;
  lastUse: number;
}

/**
 * Where the pieces of a tensor go in a row of equal slots, for a schedule that is known from beginning to end: `keys[s]`
 * is the piece that step s needs. A piece stays until its slot is needed for another; the one to go is that whose next use is
 * farthest away (Belady's rule), but none used in the `recent` steps before if there is a choice, so that its successor can
 * be loaded in time.
 */
export function slotUses(keys: readonly string[], count: number, recent: number): SlotUse[] {
  const pieces = new Map<string, { steps: number[]; at: number }>();
  for (const [step, key] of keys.entries()) {
    const piece = pieces.get(key) ?? { steps: [], at: 0 };
    piece.steps.push(step);
    pieces.set(key, piece);
  }
  const slots: Slot[] = Array.from({ length: count }, () => ({ key: null, lastUse: -1 }));

  /** The next step that needs a piece, after all those that have been. */
  const next = (key: string | null, step: number): number => {
    const piece = key === null ? undefined : pieces.get(key);
    if (!piece) return Infinity;
    while ((piece.steps[piece.at] ?? Infinity) < step) piece.at++;
    return piece.steps[piece.at] ?? Infinity;
  };

  return keys.map((key, step) => {
    const present = slots.findIndex((slot) => slot.key === key);
    const found = slots[present];
    if (found) {
      found.lastUse = step;
      return { slot: present, loads: false, freedBy: -1 };
    }
    const old = slots.filter(({ lastUse }) => lastUse < step - recent);
    const candidates = old.length > 0 ? old : slots;
    let victim = candidates[0];
    for (const one of candidates) {
      const [mine, best] = [next(one.key, step), next(victim?.key ?? null, step)];
      if (!victim || mine > best || (mine === best && one.lastUse < victim.lastUse)) victim = one;
    }
    if (!victim) throw new RangeError("a schedule needs at least one slot");
    const freedBy = victim.lastUse;
    victim.key = key;
    victim.lastUse = step;
    return { slot: slots.indexOf(victim), loads: true, freedBy };
  });
}
