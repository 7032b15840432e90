import { Bool, Bundle, Enum, UInt } from "../../lang/index.ts";

/** What can be at fault in a tile: one of the units by the name of its queue, the fetch of the program, the program
 * itself, or the lack of progress that the watchdog found. */
export const faultSources = ["None", "Load", "Execute", "Vector", "Store", "Fetch", "Program", "Deadlock"] as const;
export const FaultSource = Enum(...faultSources);

/**
 * Why a unit could not do what it was told: a size, flag or tag that the instruction cannot have, a place beyond a local
 * memory, a read or a write that the bus answered with an error, a flit of another tile than the one to receive from.
 */
export const faultReasons = ["None", "Operand", "Range", "Read", "Write", "Reject"] as const;
export const FaultReason = Enum(...faultReasons);

/** A unit's fault, in the cycle in which it is done with the instruction. `address`: of the bus error; 0 for others. */
export const UnitFault = Bundle({ valid: Bool, reason: FaultReason, address: UInt(32) });
