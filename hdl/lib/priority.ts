import { Bool } from "../lang/index.ts";

/** Of several requests the first one alone: bit i is 1 when request i is 1 and all before it are 0. */
export function firstOf(requests: readonly Bool[]): Bool[] {
  let taken = Bool.lit(0);
  return requests.map((request) => {
    const granted = request.and(taken.not());
    taken = taken.or(request);
    return granted;
  });
}

/** Whether any of the bits is 1; 0 for none. */
export function anyOf(bits: readonly Bool[]): Bool {
  const [first, ...rest] = bits;
  return first ? rest.reduce((any, bit) => any.or(bit), first) : Bool.lit(0);
}
