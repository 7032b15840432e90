/** A kernel's members, which are nodes and actions, and where each is to be. */
export interface Placed {
  /** Operands first. */
  readonly order: readonly number[];
  readonly operandsOf: (member: number) => readonly number[];
  /** By member: the number of its draft, which is changed here; −1 for none. */
  readonly home: Int32Array;
  /** Whether a member must stay where it is. */
  readonly isFixed: (member: number) => boolean;
  /** Whether members of one draft may be moved to another one, which takes their values. */
  readonly mayMove: (from: number, to: number) => boolean;
}

/** More than so many nodes are not moved together. */
const mostMoved = 12;

/**
 * Moves nodes whose values only one other draft takes to that one, with what is only there for them, where no more values
 * than before are then taken from draft to draft: fewer have to be compared with what they were.
 */
export function sink({ order, operandsOf, home, isFixed, mayMove }: Placed): void {
  const users = usersOf(order, operandsOf, home.length);
  const isTakenOnlyBy = (member: number, accept: (user: number) => boolean): boolean => {
    for (let at = users.first[member] ?? 0; at < (users.first[member + 1] ?? 0); at++)
      if (!accept(users.all[at] ?? -1)) return false;
    return true;
  };
  for (const member of order.toReversed()) {
    const from = home[member] ?? -1;
    const first = users.first[member] ?? 0;
    if (from < 0 || isFixed(member) || first === users.first[member + 1]) continue;
    const to = home[users.all[first] ?? -1] ?? -1;
    if (to === from || to < 0 || !mayMove(from, to) || !isTakenOnlyBy(member, (user) => home[user] === to)) continue;
    const cone = new Set([member]);
    let fresh = 0;
    for (const own of cone)
      for (const operand of operandsOf(own)) {
        if (cone.has(operand) || home[operand] !== home[own]) continue;
        const isHere = (user: number): boolean => cone.has(user) || home[user] === to;
        if (cone.size < mostMoved && !isFixed(operand) && isTakenOnlyBy(operand, isHere)) cone.add(operand);
        else if (isTakenOnlyBy(operand, (user) => cone.has(user) || home[user] === home[operand])) fresh++;
      }
    if (fresh === 0) for (const own of cone) home[own] = to;
  }
}

/** All users of each member, side by side: those of member m are from `first[m]` to before `first[m + 1]`. */
function usersOf(
  order: readonly number[],
  operandsOf: (member: number) => readonly number[],
  count: number,
): { readonly first: Int32Array; readonly all: Int32Array } {
  const first = new Int32Array(count + 1);
  for (const member of order)
    for (const operand of operandsOf(member)) first[operand + 1] = (first[operand + 1] ?? 0) + 1;
  for (let member = 0; member < count; member++) first[member + 1] = (first[member + 1] ?? 0) + (first[member] ?? 0);
  const all = new Int32Array(first[count] ?? 0);
  const next = first.slice();
  for (const member of order)
    for (const operand of operandsOf(member)) {
      const at = next[operand] ?? 0;
      all[at] = member;
      next[operand] = at + 1;
    }
  return { first, all };
}
