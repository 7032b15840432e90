/**
 * Counts what happens in running testbenches: transfers made and conditions met. A watchdog that sees the number stand
 * still knows that nothing moves.
 */
export const activity = { events: 0 };
