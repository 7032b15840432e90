import { activity } from "./activity.ts";
import type { StreamSink, StreamSource } from "./port-types.ts";
import type { ProcessFunction, Wait } from "./process.ts";
import type { Random } from "./random.ts";

/** Cycles in which a driver does nothing, by chance. */
export interface Stalls {
  /** In every cycle, from 0 (never) to below 1. */
  readonly probability: number;
  /** Such as the simulation's own, so that its seed replays the stalls. */
  readonly random: Random;
}

/**
 * A process that sends values in order, one a cycle where the design takes them. With stalls, idle cycles lie between
 * them; a value once offered stays until it is taken. Returns how many it sent.
 * @throws RangeError for a probability that is none
 */
export function drive<V>(stream: StreamSource<V>, values: Iterable<V>, stalls?: Stalls): ProcessFunction<number> {
  checkStalls(stalls);
  return function* drive() {
    const stalling: Wait = { what: `a stall before the next send on ${stream.name}` };
    let sent = 0;
    for (const value of values) {
      while (stalls?.random.bool(stalls.probability)) yield stalling;
      yield* stream.send(value);
      sent++;
    }
    return sent;
  };
}

/**
 * A process that receives `count` values and returns them. With stalls, `ready` comes and goes in every cycle whether
 * or not a value is there.
 * @throws RangeError for a probability that is none, or a count that is no whole number ≥ 0
 */
export function collect<V>(stream: StreamSink<V>, count: number, stalls?: Stalls): ProcessFunction<V[]> {
  checkStalls(stalls);
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError(`collect ${count} values from ${stream.name}: give a whole number from 0`);
  return function* collect() {
    const values: V[] = [];
    const waiting: Wait = {
      what: `collect on ${stream.name}`,
      why: () => `${values.length} of ${count} came, ${stream.name}.valid is ${stream.valid}`,
    };
    try {
      while (values.length < count) {
        stream.ready = stalls?.random.bool(stalls.probability) ? 0 : 1;
        yield waiting;
        if (stream.ready !== 1 || stream.valid !== 1) continue;
        values.push(stream.bits);
        activity.events++;
      }
      return values;
    } finally {
      stream.ready = 0;
    }
  };
}

function checkStalls(stalls: Stalls | undefined): void {
  if (stalls && !(stalls.probability >= 0 && stalls.probability < 1))
    throw new RangeError(`stalls with probability ${stalls.probability}: give one from 0 to below 1`);
}
