import type { Bool, Dynamic, UInt } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { anyOf } from "../../lib/index.ts";
import { type LinkActivity, nocPorts } from "../noc/index.ts";
import { type CounterName, queueNames } from "./counter-map.ts";
import type { MoverActivity } from "./data-movers.ts";
import type { ControllerActivity } from "./tile-controller.ts";

/** What counters grow by in a cycle, by name. */
export type CounterSteps = Partial<Record<CounterName, UInt<Dynamic>>>;

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

/** Of load and store unit. */
export function moverSteps(activity: (typeof MoverActivity)["~fwd"]): CounterSteps {
  const { loadWaits, storeWaits, read, written, received, sent } = activity;
  return {
    ...{ loadWaitBus: loadWaits.bus, loadWaitMemory: loadWaits.memory, loadWaitNetwork: loadWaits.network },
    ...{ storeWaitBus: storeWaits.bus, storeWaitMemory: storeWaits.memory, storeWaitNetwork: storeWaits.network },
    ...{ bytesLoad0: element(read, 0), bytesLoad1: element(read, 1) },
    ...{ bytesStore: written, bytesReceive: received, bytesSend: sent },
  };
}

/** Whether a byte moves. */
export function movesBytes({ read, written, received, sent }: (typeof MoverActivity)["~fwd"]): Bool {
  return anyOf([...read, written, received, sent].map((bytes) => bytes.any()));
}

function bytesOf(moved: Bool, side: number): UInt<36> {
  return moved.extend(36).shl(Math.log2(side));
}
