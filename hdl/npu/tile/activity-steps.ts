import { type Bool, type Dynamic, mux, type UInt } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { countOnes } from "../dma/lanes.ts";
import type { MoverWaits } from "../movers/index.ts";
import { type LinkActivity, nocPorts } from "../noc/index.ts";
import { type CounterName, queueNames } from "./counter-map.ts";
import type { ControllerActivity } from "./tile-controller.ts";

/** What counters grow by in a cycle, by name. */
export type CounterSteps = Partial<Record<CounterName, UInt<Dynamic>>>;

/** A handshake and its item, as somebody who listens sees it. */
interface Heard<Bits = unknown> {
  readonly valid: Bool;
  readonly ready: Bool;
  readonly bits: Bits;
}

/** Whether an item is handed over in this cycle. */
export const moves = ({ valid, ready }: Heard): Bool => valid.and(ready);

/** Of the program and its queues. */
export function controllerSteps(activity: (typeof ControllerActivity)["~fwd"], side: number): CounterSteps {
  const { running, advances, waits, done, working, waitPrev, waitNext, blocked, fetched } = activity;
  const steps: CounterSteps = {
    ...{ cycles: running, instructions: advances, bytesFetch: bytesOf(fetched, side) },
    ...{ waitFetch: waits.is("Fetch"), waitQueue: waits.is("Queue"), waitFence: waits.is("Fence") },
  };
  queueNames.forEach((queue, i) => {
    steps[`${queue}Done`] = done.bit(i);
    steps[`${queue}Busy`] = working.bit(i);
    steps[`${queue}WaitPrev`] = waitPrev.bit(i);
    steps[`${queue}WaitNext`] = waitNext.bit(i);
    steps[`${queue}WaitUnit`] = blocked.bit(i);
  });
  return steps;
}

/** Of the links of the node's router. */
export function linkSteps({ moved, blocked }: (typeof LinkActivity)["~fwd"]): CounterSteps {
  const steps: CounterSteps = {};
  nocPorts.forEach((port, i) => {
    steps[`flits${port}`] = moved.bit(i);
    steps[`blocked${port}`] = blocked.bit(i);
  });
  return steps;
}

/** What the data movers of a tile, and the ports that they share with nobody, do in a cycle. */
export interface MoverActivity {
  readonly loadWaits: (typeof MoverWaits)["~fwd"];
  readonly storeWaits: (typeof MoverWaits)["~fwd"];
  /** Beats of the two channels for the load unit, and of the write channel. */
  readonly beats: readonly Heard[];
  readonly write: Heard<{ readonly strb: UInt<Dynamic> }>;
  /** Flits of data, from and to other tiles. */
  readonly receive: Heard;
  readonly send: Heard;
}

/** Of load and store unit; beats and flits have `side` bytes. */
export function moverSteps(activity: MoverActivity, side: number): CounterSteps {
  const { loadWaits, storeWaits, beats, write, receive, send } = activity;
  const stored = countOnes(write.bits.strb);
  return {
    ...{ loadWaitBus: loadWaits.bus, loadWaitMemory: loadWaits.memory, loadWaitNetwork: loadWaits.network },
    ...{ storeWaitBus: storeWaits.bus, storeWaitMemory: storeWaits.memory, storeWaitNetwork: storeWaits.network },
    bytesLoad0: bytesOf(moves(element(beats, 0)), side),
    bytesLoad1: bytesOf(moves(element(beats, 1)), side),
    bytesStore: mux(moves(write), stored, stored.and(0)),
    bytesReceive: bytesOf(moves(receive), side),
    bytesSend: bytesOf(moves(send), side),
  };
}

function bytesOf(moved: Bool, side: number): UInt<36> {
  return moved.extend(36).shl(Math.log2(side));
}
